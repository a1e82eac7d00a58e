import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { colorFlag } from '../cli/color-flag.ts';
import { contextFlags } from '../cli/context-flags.ts';
import { contextsRun } from '../cli/contexts-run.ts';
import { runDiff } from '../cli/history/run-diff.ts';
import { oneNamespace } from '../cli/listing/place-flags.ts';
import { parseMoment } from '../cli/moment.ts';
import { namespaceFlag, oneObject, oneObjectArgs } from '../cli/typed-object.ts';
import { NaviError } from '../errors/navi-error.ts';
import { jsonFlag } from '../cli/json-flag.ts';

/** How an object was, and how it is. */
export class DiffCommand extends BaseCommand {
  static override summary = 'Show how an object differs from how it was.';

  static override description =
    'Both states as YAML without managedFields, in the form of diff -u: that of --since, and that of --until, or the present one. An object that was not there yet, or is gone, is empty. Exit code 6 where the mirror does not reach back so far.';

  static override usage = ['diff TYPE/NAME --since TIME [--until TIME] [-n NAMESPACE]', 'diff TYPE NAME --since TIME'];

  static override examples = [
    '<%= config.bin %> diff deployment/web --since 1h -n shop',
    '<%= config.bin %> diff configmap web --since 2h --until 1h',
    '<%= config.bin %> diff node/worker-1 --since 30m -o json',
  ];

  static override args = oneObjectArgs;

  static override flags = {
    ...contextFlags,
    color: colorFlag,
    namespace: namespaceFlag,
    output: jsonFlag,
    since: Flags.string({ description: 'how it was so long ago, or at a time', helpValue: 'TIME' }),
    until: Flags.string({ description: 'against how it was then, in place of how it is', helpValue: 'TIME' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(DiffCommand);
    const nowMs = Date.now();
    if (flags.since === undefined) {
      throw new NaviError('NAVI_USAGE', 'navi diff needs --since: with which time to compare', {
        hints: ['--since 1h, or --since 2026-01-31T09:00:00Z', 'navi history shows when it changed'],
      });
    }
    const fromMs = parseMoment(flags.since, '--since', nowMs);
    const toMs = flags.until === undefined ? nowMs : parseMoment(flags.until, '--until', nowMs);
    if (toMs < fromMs) {
      throw new NaviError('NAVI_USAGE', '--until lies before --since', { hints: ['--since 2h --until 1h'] });
    }
    process.exitCode = await runDiff({
      object: { ...oneObject(args, 'navi diff compares'), namespace: oneNamespace(flags.namespace) },
      fromMs,
      toMs,
      output: flags.output,
      ...(await contextsRun(flags, { write: (text) => this.write(text), notice: (text) => this.notice(text) })),
    });
  }
}
