import { Command } from '@oclif/core/command';
import { Config } from '@oclif/core/config';
import type { Hook, Hooks } from '@oclif/core/hooks';
import { messageOf, NaviError } from '../errors/navi-error.ts';
import { isTerminal } from '../output/is-terminal.ts';
import { writeStderr } from '../output/stderr.ts';
import { OutputClosed, Stdout } from '../output/stdout.ts';
import { terminalText } from '../core/terminal-text.ts';
import { errorText } from '../errors/error-text.ts';
import { systemRefusal } from '../errors/system-refusal.ts';
import { tooMuch } from './too-much.ts';
import { usageError } from './usage-error.ts';

/** What a command asks of oclif's configuration when it runs; the whole one reads the manifest of all commands. */
class NamedConfig extends Config {
  override bin = 'navi';

  /** navi has none. */
  override async runHook<T extends keyof Hooks>(): Promise<Hook.Result<Hooks[T]['return']>> {
    return { successes: [], failures: [] };
  }
}

/** Base of every command: the one place where an error becomes text and exit code. */
export abstract class BaseCommand extends Command {
  readonly #stdout = new Stdout();

  /** Whether words may follow the command's name. */
  static takesWords(): boolean {
    return !this.strict || Object.keys(this.args).length > 0;
  }

  /** Runs the command of this name to its end, as oclif does once it has found it. */
  static async runNamed(this: unknown, name: string, argv: readonly string[]): Promise<void> {
    const named = this as (new (argv: string[], config: Config) => BaseCommand) & { id: string };
    named.id = name;
    await new named([...argv], new NamedConfig({ root: import.meta.dirname }))._run();
  }

  /** Writes data; nothing else may reach stdout. @throws OutputClosed, which ends the command quietly */
  protected write(text: string): void {
    this.#stdout.write(text);
    this.#stdout.flush();
  }

  /** Writes a notice for people; on a terminal nothing in it steers that. */
  protected notice(text: string): void {
    const line = text.endsWith('\n') ? text : `${text}\n`;
    writeStderr(isTerminal(2) ? terminalText(line) : line);
  }

  /** Turns anything thrown into its message and exit code; what is neither navi's nor oclif's is a bug. */
  protected override async catch(error: Error & { exitCode?: number; oclif?: { exit?: number } }): Promise<unknown> {
    if (error instanceof OutputClosed) return undefined;
    if (error instanceof NaviError) return this.#fail(error);
    if (error.name === 'ExitError') return await super.catch(error);
    const excess = tooMuch(error) ?? systemRefusal(error);
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
