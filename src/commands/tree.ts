import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { colorFlag } from '../cli/color-flag.ts';
import { contextFlags } from '../cli/context-flags.ts';
import { contextsRun } from '../cli/contexts-run.ts';
import { oneNamespace } from '../cli/listing/place-flags.ts';
import { runTree } from '../cli/tree/run-tree.ts';
import { namespaceFlag, oneObject, oneObjectArgs } from '../cli/typed-object.ts';
import { jsonFlag } from '../cli/json-flag.ts';

/** Owners, what is owned, and what belongs together though no owner says so. */
export class TreeCommand extends BaseCommand {
  static override summary = 'Show an object with all that belongs to it.';

  static override description =
    'Its owners up to the top; what it owns; what it refers to (config maps, secrets, volumes, services, roles …); and what refers to it (services, ingresses, routes, autoscalers, budgets, policies, bindings). ' +
    'Each with its state. What is referred to and does not exist is shown as missing, what may not be listed as not known. Many objects of a kind are folded, those in trouble first. --why follows what is not well down to where no further cause is known.';

  static override usage = ['tree TYPE/NAME [-n NAMESPACE] [-o json]', 'tree TYPE NAME [-n NAMESPACE]'];

  static override examples = [
    '<%= config.bin %> tree deployment/web -n shop',
    '<%= config.bin %> tree pod web-0',
    '<%= config.bin %> tree service/web -n shop -o json',
    '<%= config.bin %> tree deployment/web -n shop --why',
    '<%= config.bin %> tree node/worker-1 --all',
  ];

  static override args = oneObjectArgs;

  static override flags = {
    ...contextFlags,
    all: Flags.boolean({ char: 'a', description: 'each object on a line of its own, however many there are' }),
    color: colorFlag,
    namespace: namespaceFlag,
    output: jsonFlag,
    why: Flags.boolean({ description: 'why the object is not well: a chain of causes, each with its newest warning' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(TreeCommand);
    process.exitCode = await runTree({
      ...oneObject(args, 'navi tree shows'),
      namespace: oneNamespace(flags.namespace),
      isAll: flags.all,
      isWhy: flags.why,
      output: flags.output,
      ...(await contextsRun(flags, { write: (text) => this.write(text), notice: (text) => this.notice(text) })),
    });
  }
}
