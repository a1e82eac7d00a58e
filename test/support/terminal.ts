import { execFile, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';

/** A real terminal with one program in it. */
export interface Terminal {
  /** The lines that it shows, without spaces at their ends. */
  screen(): Promise<readonly string[]>;
  /** Resolves with the lines once they fit. @throws with the last ones after 15 s */
  until(what: string, fits: (lines: readonly string[]) => boolean): Promise<readonly string[]>;
  /** Presses keys as tmux names them. */
  press(...keys: readonly string[]): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** Ends the terminal. */
  close(): void;
}

const run = promisify(execFile);

const patienceMs = 15_000;
const lookMs = 100;

/** Opens a terminal, tmux without any configuration, in which a shell runs the line. */
export async function openTerminal(
  line: string,
  size: { readonly columns: number; readonly rows: number },
  env: NodeJS.ProcessEnv,
): Promise<Terminal> {
  const server = ['-L', `navi-test-${randomUUID()}`, '-f', '/dev/null'];
  const tmux = async (...args: readonly string[]): Promise<string> =>
    (await run('tmux', [...server, ...args], { env })).stdout;
  const place = ['-x', String(size.columns), '-y', String(size.rows)];
  await tmux('new-session', '-d', ...place, 'bash', '--norc', '--noprofile', '-c', line);
  const screen = async (): Promise<readonly string[]> =>
    (await tmux('capture-pane', '-p')).split('\n').map((text) => text.trimEnd());
  return {
    screen,
    until: async (what, fits) => {
      const endsAt = performance.now() + patienceMs;
      for (;;) {
        const lines = await screen();
        if (fits(lines)) return lines;
        if (performance.now() > endsAt) throw new Error(`the terminal never showed ${what}:\n${lines.join('\n')}`);
        await new Promise((resolve) => setTimeout(resolve, lookMs));
      }
    },
    press: async (...keys) => void (await tmux('send-keys', ...keys)),
    resize: async (columns, rows) => void (await tmux('resize-window', '-x', String(columns), '-y', String(rows))),
    close: () => {
      try {
        execFileSync('tmux', [...server, 'kill-server'], { env, stdio: 'ignore' });
      } catch {
        // It ended with its program.
      }
    },
  };
}
