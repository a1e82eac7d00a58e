import { createHmac } from 'node:crypto';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NotDelivered } from '../../../src/daemon/alerts/not-delivered.ts';
import { sendByCommand } from '../../../src/daemon/alerts/send-command.ts';
import { desktopCommand } from '../../../src/daemon/alerts/send-to-desktop.ts';
import { sendToWebhook, type WebhookCall } from '../../../src/daemon/alerts/send-webhook.ts';
import { startStubServer, type StubServer } from '../../support/stub-server.ts';
import { temporaryDirectory } from '../../support/temporary-mirror.ts';

let folder: string;
let server: StubServer;
let seen: { readonly headers: IncomingMessage['headers']; body: string }[] = [];

beforeAll(async () => {
  folder = temporaryDirectory();
  server = await startStubServer((request, response) => {
    const one = { headers: request.headers, body: '' };
    seen.push(one);
    request.on('data', (chunk: Buffer) => (one.body += String(chunk)));
    request.on('end', () => {
      const [, status = '200'] = /^\/(\d+)/.exec(request.url ?? '') ?? [];
      if (request.url === '/hang') return;
      response.writeHead(Number(status), { location: '/200' }).end('x'.repeat(1_000));
    });
  });
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const call = (path: string, more: Partial<WebhookCall> = {}): WebhookCall => ({
  url: `${server.url}${path}`,
  body: '{"a":"ü"}',
  key: 'abc-firing',
  secret: undefined,
  env: {},
  nowMs: 1_700_000_000_999,
  timeoutMs: 5_000,
  stopping: new AbortController().signal,
  ...more,
});

/** Why a message did not arrive. */
async function why(sending: Promise<void>): Promise<string> {
  const error = await sending.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NotDelivered);
  const { message } = error as NotDelivered;
  expect(message).not.toMatch(/\n\s+at |Error:|undefined/);
  return message;
}

describe('a webhook', () => {
  test.each([200, 201, 204])('that answers with %i has it, and without a secret nothing is signed', async (status) => {
    seen = [];
    await sendToWebhook(call(`/${status}`));
    expect(seen).toEqual([expect.objectContaining({ body: '{"a":"ü"}' })]);
    expect(seen[0]?.headers).toMatchObject({ 'idempotency-key': 'abc-firing', 'content-type': 'application/json' });
    expect(seen[0]?.headers).not.toHaveProperty('navi-signature');
  });

  test('is sent what the secret signs: the time, a dot and the body', async () => {
    writeFileSync(join(folder, 'secret'), 'between us\r\n');
    for (const [secret, env] of [
      [{ kind: 'file', path: join(folder, 'secret') }, {}],
      [{ kind: 'environment', name: 'HOOK' }, { HOOK: 'between us' }],
    ] as const) {
      seen = [];
      await sendToWebhook(call('/200', { secret, env }));
      const signed = createHmac('sha256', 'between us').update('1700000000.{"a":"ü"}').digest('hex');
      expect(seen[0]?.headers).toMatchObject({ 'navi-timestamp': '1700000000', 'navi-signature': `v1=${signed}` });
    }
  });

  test('that refuses, or sends elsewhere, has it not; its path is not told', async () => {
    seen = [];
    expect(await why(sendToWebhook(call('/302/token')))).toBe(`${server.url} answered with 302`);
    expect(await why(sendToWebhook(call('/503/token')))).toBe(`${server.url} answered with 503`);
    expect(seen).toHaveLength(2);
  });

  test('that is not there, says nothing, or has no secret, has it not', async () => {
    expect(await why(sendToWebhook(call('/hang', { timeoutMs: 200 })))).toMatch(/did not answer within 0\.2 s$/);
    const gone = call('', { url: 'http://127.0.0.1:1/token' });
    expect(await why(sendToWebhook(gone))).toMatch(/^http:\/\/127\.0\.0\.1:1 cannot be reached: /);
    const none = { kind: 'file', path: join(folder, 'none') } as const;
    expect(await why(sendToWebhook(call('/200', { secret: none })))).toMatch(/none cannot be read: no such file/);
    writeFileSync(join(folder, 'empty'), '\n');
    const empty = { kind: 'file', path: join(folder, 'empty') } as const;
    expect(await why(sendToWebhook(call('/200', { secret: empty })))).toMatch(/empty is empty$/);
    const unset = { kind: 'environment', name: 'HOOK' } as const;
    expect(await why(sendToWebhook(call('/200', { secret: unset })))).toMatch(
      /HOOK, which has the secret, is not set$/,
    );
  });
});

/** Neither gone nor dead and waiting for its parent. */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('a program', () => {
  const run = (script: string, timeoutMs = 5_000, ...args: readonly string[]): Promise<void> => {
    const path = join(folder, 'program');
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    const { PATH } = process.env;
    const stopping = new AbortController().signal;
    return sendByCommand({ argv: [path, ...args], stdin: 'the message', env: { PATH }, timeoutMs, stopping });
  };

  test('reads the message, and gets its arguments as they are', async () => {
    await run(`cat > ${folder}/read; printf %s "$1" > ${folder}/argument`, 5_000, '$(id); `x` "');
    expect(readFileSync(join(folder, 'read'), 'utf8')).toBe('the message');
    expect(readFileSync(join(folder, 'argument'), 'utf8')).toBe('$(id); `x` "');
  });

  test('need not read it, and may leave something running', async () => {
    await run(`sleep 60 & echo $! > ${folder}/left; exit 0`);
    const pid = Number(readFileSync(join(folder, 'left'), 'utf8'));
    expect(isRunning(pid)).toBe(true);
    process.kill(pid);
  });

  test('that fails says so in its own words', async () => {
    expect(await why(run('echo no line >&2; exit 3'))).toMatch(/program ended with 3: no line$/);
    expect(await why(run('kill -9 $$'))).toMatch(/program was ended by SIGKILL$/);
  });

  test('that does not end is ended, with what it started', async () => {
    expect(await why(run(`sleep 60 & echo $! > ${folder}/pid; wait`, 1_000))).toMatch(/did not end within 1 s$/);
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    await expect.poll(() => isRunning(pid), { timeout: 5_000 }).toBe(false);
  });

  test('that cannot be run, or that no argument can be given to, is no bug', async () => {
    const common = { stdin: '', env: {}, timeoutMs: 1_000, stopping: new AbortController().signal };
    expect(await why(sendByCommand({ ...common, argv: ['/nowhere/page'] }))).toMatch(/cannot be run: no such file/);
    expect(await why(sendByCommand({ ...common, argv: ['/bin/true', 'a\0b'] }))).toMatch(/cannot be run: /);
  });
});

describe('the desktop', () => {
  const note = { title: 'critical: bad', line: '<b>"$(id)"\u001B[31m & co', severity: 'critical' } as const;

  test('of Linux is told by notify-send, as text and no markup', () => {
    const command = desktopCommand(note, 'linux');
    expect(command.slice(0, 5)).toEqual([
      'notify-send',
      '--urgency=critical',
      '--app-name=navi',
      '--',
      'navi: critical: bad',
    ]);
    expect(command[5]).toMatch(/^&lt;b&gt;"\$\(id\)".*&amp; co$/);
    expect(command[5]).not.toContain('\u001B');
  });

  test('of macOS is told by osascript, the texts beside the script', () => {
    const [program, flag, script, title, line] = desktopCommand(note, 'darwin');
    expect([program, flag, title]).toEqual(['osascript', '-e', 'navi: critical: bad']);
    expect(script).not.toContain('id');
    expect(line).toContain('"$(id)"');
  });

  test('of others is not known', () => {
    expect(() => desktopCommand(note, 'win32')).toThrow(NotDelivered);
  });
});
