import * as Flags from '@oclif/core/flags';
import { argument } from '../cli/argument.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { colorFlag } from '../cli/color-flag.ts';
import { contextFlags } from '../cli/context-flags.ts';
import { contextsRun } from '../cli/contexts-run.ts';
import { oneNamespace } from '../cli/listing/place-flags.ts';
import { runTop } from '../cli/top/run-top.ts';
import { topRequest, withPast } from '../cli/top/top-request.ts';
import { jsonFlag } from '../cli/json-flag.ts';

/** `kubectl top`, from what the daemon was told last, and the day before. */
export class TopCommand extends BaseCommand {
  static override summary = 'Show what nodes and pods use, as kubectl top does, and what they used.';

  static override description =
    'What kubectl top prints, from what navi sync was told last (every 15 seconds, where the cluster serves metrics.k8s.io), without asking the cluster. How old that is is said on stderr when it is more than two intervals. ' +
    'A day of it is kept, thinned out with age: --history draws it, the highest value of each stretch of time beside the highest of the row.';

  static override usage = ['top pods [NAME | -l SELECTOR]', 'top nodes [NAME | -l SELECTOR]'];

  static override examples = [
    '<%= config.bin %> top pods',
    '<%= config.bin %> top pods -A --sort-by memory --use',
    '<%= config.bin %> top pod web-0 --containers -n shop',
    '<%= config.bin %> top nodes --history 6h',
    '<%= config.bin %> top pods --all-contexts -A -o json',
  ];

  static override strict = false;

  static override args = { resource: argument({ description: 'pods or nodes, and the name of one' }) };

  static override flags = {
    ...contextFlags,
    color: colorFlag,
    'all-namespaces': Flags.boolean({ char: 'A', description: 'pods of all namespaces' }),
    containers: Flags.boolean({ description: 'each container of a pod' }),
    'field-selector': Flags.string({ description: 'pods with these fields', helpValue: 'SELECTOR', default: '' }),
    history: Flags.string({ description: 'draw the last hour, or so long', helpValue: 'DURATION' }),
    namespace: Flags.string({ char: 'n', description: 'namespace in place of the context’s', helpValue: 'NAMESPACE' }),
    'no-headers': Flags.boolean({ description: 'no line with the names of the columns' }),
    output: jsonFlag,
    selector: Flags.string({ char: 'l', description: 'objects with these labels', helpValue: 'SELECTOR', default: '' }),
    'show-capacity': Flags.boolean({ description: 'shares of what nodes have, not of what pods may use' }),
    'sort-by': Flags.string({ description: 'cpu or memory, the most first', helpValue: 'RESOURCE', default: '' }),
    sum: Flags.boolean({ description: 'the sum of all pods at the end' }),
    use: Flags.boolean({ description: 'use of pods as a share of their requests and limits' }),
  };

  override async run(): Promise<void> {
    this.argv = withPast(this.argv);
    const { argv, flags } = await this.parse(TopCommand);
    const request = topRequest(argv.map(String), oneNamespace(flags.namespace), flags);
    const asked = await contextsRun(flags, {
      write: (text) => this.write(text),
      notice: (text) => this.notice(text),
    });
    process.exitCode = await runTop(request, { ...asked, output: flags.output, env: process.env });
  }
}
