import { Command } from '@oclif/core/command';
import { messageOf, NaviError } from '../errors/navi-error.ts';
import { OutputClosed, Stdout } from '../output/stdout.ts';

/** Base of every command: the one place where an error becomes text and exit code. */
export abstract class BaseCommand extends Command {
  readonly #stdout = new Stdout();

  /** Writes data; nothing else may reach stdout. @throws OutputClosed, which ends the command quietly */
  protected write(text: string): void {
    this.#stdout.write(text);
    this.#stdout.flush();
  }

  /** Writes a notice for people. */
  protected notice(text: string): void {
    process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** Turns anything thrown into its message and exit code; what is no NaviError is a bug or oclif's own usage error. */
  protected override async catch(error: Error & { exitCode?: number; oclif?: { exit?: number } }): Promise<unknown> {
    if (error instanceof OutputClosed) return undefined;
    if (error instanceof NaviError) {
      this.notice(errorText(error));
      process.exitCode = error.exitCode;
      return undefined;
    }
    if (error.oclif?.exit !== undefined) return await super.catch(error);
    this.notice(
      `navi has a bug: ${messageOf(error)}\n${process.env['NAVI_DEBUG'] === undefined ? 'set NAVI_DEBUG=1 to see where' : (error.stack ?? '')}`,
    );
    process.exitCode = 1;
    return undefined;
  }
}

/** `error: MESSAGE`, then a line per hint. What kubectl has its own text for is printed as it is. */
export function errorText(error: NaviError): string {
  if (error.code === 'NAVI_AS_KUBECTL') return error.message.endsWith('\n') ? error.message : `${error.message}\n`;
  return [`error: ${error.message}`, ...error.hints.map((hint) => `  ${hint}`), ''].join('\n');
}
