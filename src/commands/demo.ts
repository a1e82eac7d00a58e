import { BaseCommand } from '../cli/base-command.ts';

/** Shows navi to a newcomer, without a cluster. */
export class DemoCommand extends BaseCommand {
  static override summary = 'See navi at work on a small simulated cluster.';

  static override description =
    'Starts a simulated API server with a small company on it and a daemon that mirrors it, in a temporary folder, and shows commands at work. On a terminal it then stays up, says what happens in the company, and what to try from a second shell; Ctrl-C ends it. Nothing of yours is read or changed, and nothing is left behind.';

  static override examples = ['<%= config.bin %> demo', 'NO_COLOR=1 <%= config.bin %> demo'];

  override async run(): Promise<void> {
    await this.parse(DemoCommand);
    const { runDemo } = await import('../demo/run-demo.ts');
    process.exitCode = await runDemo({
      program: process.argv[1] ?? '',
      env: process.env,
      isTerminal: process.stdout.isTTY,
      write: (text) => this.write(text),
    });
  }
}
