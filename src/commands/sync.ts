import { resolve } from 'node:path';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { contextFlags } from '../cli/context-flags.ts';
import { insideDaemon } from '../cli/look-for-daemon.ts';
import { resolvedContexts } from '../cli/resolved-contexts.ts';

/** Keeps mirrors current; the only command that talks to a cluster. */
export class SyncCommand extends BaseCommand {
  static override summary = 'Keep a local mirror of your clusters current.';

  static override description =
    'Lists every resource type of the chosen contexts, then watches for changes, and stores everything in SQLite. Other commands answer from there. Stays in the foreground with live progress until interrupted. Settings are in config.toml: $NAVI_CONFIG, else $XDG_CONFIG_HOME/navi/config.toml.';

  static override examples = [
    '<%= config.bin %> sync',
    '<%= config.bin %> sync --once --context prod',
    '<%= config.bin %> sync --daemon --all-contexts',
    '<%= config.bin %> sync --detach',
  ];

  static override flags = {
    ...contextFlags,
    once: Flags.boolean({ description: 'list everything once, commit, and exit', exclusive: ['daemon', 'detach'] }),
    daemon: Flags.boolean({
      description: 'run for a supervisor: structured log lines on stderr, no progress',
      exclusive: ['once', 'detach'],
    }),
    'log-file': Flags.string({
      description: 'with --daemon: log lines go there, in three files of 10 MiB at most',
      helpValue: 'FILE',
      dependsOn: ['daemon'],
    }),
    detach: Flags.boolean({
      description: 'start a daemon in the background and return when it is ready',
      exclusive: ['once', 'daemon'],
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(SyncCommand);
    const chosen = resolvedContexts(flags);
    const mode = flags.once ? 'once' : flags.daemon ? 'daemon' : flags.detach ? 'detach' : 'foreground';
    // Programs that it runs, such as an alert's, start no other one when they ask.
    if (mode !== 'detach') process.env[insideDaemon] = '1';
    const { runSync } = await import('../daemon/run-sync.ts');
    process.exitCode = await runSync({
      mode,
      contexts: chosen.contexts,
      faults: chosen.faults,
      knownContexts: [...chosen.kubeconfig.contexts.keys()],
      kubeconfigFiles: chosen.kubeconfig.files,
      env: process.env,
      output: process.stderr,
      logFile: flags['log-file'] === undefined ? undefined : resolve(flags['log-file']),
      isTerminal: process.stderr.isTTY,
    });
  }
}
