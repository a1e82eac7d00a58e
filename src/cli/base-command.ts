import { Command } from '@oclif/core/command';
import { messageOf, NaviError } from '../errors/navi-error.ts';
import { OutputClosed, Stdout } from '../output/stdout.ts';
import { terminalText } from '../core/terminal-text.ts';
import { errorText } from '../errors/error-text.ts';
import { tooMuch } from './too-much.ts';
import { usageError } from './usage-error.ts';

/** Base of every command: the one place where an error becomes text and exit code. */
export abstract class BaseCommand extends Command {
  readonly #stdout = new Stdout();

  /** Writes data; nothing else may reach stdout. @throws OutputClosed, which ends the command quietly */
  protected write(text: string): void {
    this.#stdout.write(text);
    this.#stdout.flush();
  }

  /** Writes a notice for people; on a terminal nothing in it steers that. */
  protected notice(text: string): void {
    const line = text.endsWith('\n') ? text : `${text}\n`;
    process.stderr.write(process.stderr.isTTY ? terminalText(line) : line);
  }

  /** Turns anything thrown into its message and exit code; what is neither navi's nor oclif's is a bug. */
  protected override async catch(error: Error & { exitCode?: number; oclif?: { exit?: number } }): Promise<unknown> {
    if (error instanceof OutputClosed) return undefined;
    if (error instanceof NaviError) return this.#fail(error);
    if (error.name === 'ExitError') return await super.catch(error);
    const excess = tooMuch(error);
    if (excess !== undefined) return this.#fail(excess);
    if (error.oclif?.exit !== undefined) return this.#fail(usageError(error, this.id ?? ''));
    this.notice(
      `navi has a bug: ${messageOf(error)}\n${process.env['NAVI_DEBUG'] === undefined ? 'set NAVI_DEBUG=1 to see where' : (error.stack ?? '')}`,
    );
    process.exitCode = 1;
    return undefined;
  }

  #fail(error: NaviError): undefined {
    // Arguments that could not be parsed are no bug: without this oclif warns of one to whoever has NODE_ENV set.
    this.parsed = true;
    this.notice(errorText(error));
    process.exitCode = error.exitCode;
  }
}
