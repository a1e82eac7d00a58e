import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { colorFlag } from '../cli/color-flag.ts';
import { contextFlags } from '../cli/context-flags.ts';
import { contextsRun } from '../cli/contexts-run.ts';
import { runDescribe, type TypedObject } from '../cli/describe/run-describe.ts';
import { oneNamespace } from '../cli/listing/place-flags.ts';
import { NaviError } from '../errors/navi-error.ts';
import { jsonFlag } from '../cli/json-flag.ts';

/** All that is known of an object. */
export class DescribeCommand extends BaseCommand {
  static override summary = 'Show all that is known of an object.';

  static override description =
    'Its facts, containers, conditions, spec, all that belongs to it with states, what changed lately and in which fields, and its events. A name that no object has stands for what names begin with, as for kubectl.';

  static override usage = ['describe TYPE/NAME… [-n NAMESPACE]', 'describe TYPE [NAME…] [-l SELECTOR] [-n NAMESPACE]'];

  static override examples = [
    '<%= config.bin %> describe pod web-0',
    '<%= config.bin %> describe deployment/web service/web -n shop',
    '<%= config.bin %> describe pods -l app=web -n shop',
    '<%= config.bin %> describe node worker-1 -o json',
  ];

  static override strict = false;

  static override flags = {
    ...contextFlags,
    color: colorFlag,
    namespace: Flags.string({ char: 'n', description: 'namespace in place of the context’s', helpValue: 'NAMESPACE' }),
    output: jsonFlag,
    selector: Flags.string({
      char: 'l',
      description: 'only objects with these labels',
      default: '',
      helpValue: 'SELECTOR',
    }),
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(DescribeCommand);
    const objects = typedObjects(argv.map(String), flags.selector !== '');
    process.exitCode = await runDescribe({
      objects,
      namespace: oneNamespace(flags.namespace),
      selector: flags.selector,
      output: flags.output,
      ...(await contextsRun(flags, { write: (text) => this.write(text), notice: (text) => this.notice(text) })),
    });
  }
}

/** @throws NAVI_USAGE */
function typedObjects(argv: readonly string[], hasSelector: boolean): readonly TypedObject[] {
  const [type, ...names] = argv;
  if (type === undefined || type === '') throw usage('navi describe needs a type, and mostly a name');
  if (names.includes('')) throw usage('the name of an object is empty');
  const isSlashed = argv.some((each) => each.includes('/'));
  if (hasSelector && (isSlashed || names.length > 0)) throw usage('a selector and a name exclude each other');
  if (!isSlashed) return names.length === 0 ? [{ type, name: undefined }] : names.map((name) => ({ type, name }));
  return argv.map((each) => {
    const [own = '', name = '', ...more] = each.split('/');
    if (own === '' || name === '' || more.length > 0) throw usage(`"${each}" is no TYPE/NAME`);
    return { type: own, name };
  });
}

function usage(message: string): NaviError {
  return new NaviError('NAVI_USAGE', message, { hints: ['navi describe pod web-0', 'navi describe deployment/web'] });
}
