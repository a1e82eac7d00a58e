import { BaseCommand } from '../cli/base-command.ts';
import { contextFlags } from '../cli/context-flags.ts';
import { resolvedContexts } from '../cli/resolved-contexts.ts';
import { wakeDaemon } from '../cli/run-login.ts';
import { errorText } from '../errors/error-text.ts';
import { asFault, errorOfAll, exitCodeOf } from '../errors/of-contexts.ts';

/** Signs in where a daemon may not: it never asks a person. */
export class LoginCommand extends BaseCommand {
  static override summary = 'Sign in to a cluster whose login has expired, and wake the daemon.';

  static override description =
    'Runs the exec plugin of the context with your terminal, asks the cluster who you are, and has the daemon go on with that. Nothing is written to disk. Where the login is in the kubeconfig or in files, use the tool that wrote them; this command then checks it and wakes the daemon.';

  static override examples = ['<%= config.bin %> login', '<%= config.bin %> login --context prod'];

  static override flags = contextFlags;

  override async run(): Promise<void> {
    const { flags } = await this.parse(LoginCommand);
    const { kubeconfig, contexts, faults } = resolvedContexts(flags);
    const { signIn } = await import('../kube/sign-in.ts');
    const failed = [...faults];
    for (const context of contexts) {
      try {
        const login = await signIn(context, { env: process.env, hasTerminal: process.stdin.isTTY });
        this.notice(await wakeDaemon(context, kubeconfig.files, login));
      } catch (error) {
        failed.push(asFault(error));
      }
    }
    if (failed.length === contexts.length + faults.length) throw errorOfAll(failed);
    for (const fault of failed) this.notice(errorText(fault));
    process.exitCode = exitCodeOf([0, ...failed.map(({ exitCode }) => exitCode)]);
  }
}
