import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An exec plugin of a test: a shell script that notes each of its runs. */
export interface ExecScript {
  /** The user entry of a kubeconfig that runs it. */
  readonly userEntry: Readonly<Record<string, unknown>>;
  readonly folder: string;
  /** Makes it run these lines of shell, in which `$folder` is its folder, from now on. */
  does(lines: string): void;
  /** Makes it print this token, and its end (RFC 3339) where there is one. */
  gives(token: string, expiresAt?: string): void;
  /** Process ids of its runs so far. */
  readonly runs: readonly number[];
  /** The KUBERNETES_EXEC_INFO of its last run. */
  readonly info: unknown;
  remove(): void;
}

const apiVersion = 'client.authentication.k8s.io/v1';

/** Makes a plugin, with further fields of its `exec` entry. */
export function execScript(fields: Readonly<Record<string, unknown>> = {}): ExecScript {
  const folder = mkdtempSync(join(tmpdir(), 'navi-test-'));
  const command = join(folder, 'plugin.sh');
  const path = (name: string): string => join(folder, name);
  const does = (lines: string): void => {
    const noted = `folder='${folder}'\necho $$ >> "$folder/runs"\nprintf %s "$KUBERNETES_EXEC_INFO" > "$folder/info"`;
    // Replaced as a whole: it may be running.
    writeFileSync(`${command}.new`, `#!/bin/sh\n${noted}\n${lines}\n`);
    chmodSync(`${command}.new`, 0o700);
    rmSync(command, { force: true });
    writeFileSync(command, readFileSync(`${command}.new`), { mode: 0o700 });
  };
  return {
    folder,
    userEntry: { exec: { apiVersion, command, interactiveMode: 'Never', ...fields } },
    does,
    gives: (token, expiresAt) => {
      const status = { token, ...(expiresAt === undefined ? {} : { expirationTimestamp: expiresAt }) };
      writeFileSync(path('output'), JSON.stringify({ kind: 'ExecCredential', apiVersion, status }));
      does('cat "$folder/output"');
    },
    get runs() {
      // The shell makes the file before it writes to it: only a line that is whole is a run.
      return existsSync(path('runs')) ? readFileSync(path('runs'), 'utf8').split('\n').slice(0, -1).map(Number) : [];
    },
    get info() {
      return JSON.parse(readFileSync(path('info'), 'utf8')) as unknown;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Whether a process is there, be it only to be waited for. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
