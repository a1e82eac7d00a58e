import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { colorFlag } from '../cli/color-flag.ts';
import { contextFlags } from '../cli/context-flags.ts';
import { contextsRun } from '../cli/contexts-run.ts';
import { runHistory } from '../cli/history/run-history.ts';
import { oneNamespace } from '../cli/listing/place-flags.ts';
import { parseMoment } from '../cli/moment.ts';
import { namespaceFlag, oneObject, oneObjectArgs } from '../cli/typed-object.ts';
import { jsonFlag } from '../cli/json-flag.ts';

/** What became of an object. */
export class HistoryCommand extends BaseCommand {
  static override summary = 'Show what changed in an object: when, which fields, by whose hand.';

  static override description =
    'Every change that navi saw, the newest last, also of an object that is gone, and of an earlier one of that name. By whose hand is what managedFields say. navi diff shows two states side by side, navi changes what changed elsewhere.';

  static override usage = ['history TYPE/NAME [-n NAMESPACE] [--since TIME]', 'history TYPE NAME [-n NAMESPACE]'];

  static override examples = [
    '<%= config.bin %> history deployment/web -n shop',
    '<%= config.bin %> history pod web-0 --since 1h',
    '<%= config.bin %> history node/worker-1 --limit 5 -o json',
  ];

  static override args = oneObjectArgs;

  static override flags = {
    ...contextFlags,
    color: colorFlag,
    limit: Flags.integer({ description: 'most changes: the newest', default: 100, min: 1, helpValue: 'COUNT' }),
    namespace: namespaceFlag,
    output: jsonFlag,
    since: Flags.string({ description: 'only changes of the last while, or since a time', helpValue: 'TIME' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(HistoryCommand);
    process.exitCode = await runHistory({
      object: { ...oneObject(args, 'navi history shows'), namespace: oneNamespace(flags.namespace) },
      sinceMs: flags.since === undefined ? undefined : parseMoment(flags.since, '--since', Date.now()),
      limit: flags.limit,
      output: flags.output,
      ...(await contextsRun(flags, { write: (text) => this.write(text), notice: (text) => this.notice(text) })),
    });
  }
}
