import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const module = JSON.stringify(join(import.meta.dirname, '../../src/output/stdout.ts'));

/** Writes 4 MB as within a snapshot, says so on stderr, then the rest. */
const program = `
  const { Stdout } = await import(${module});
  const stdout = new Stdout();
  for (let at = 0; at < 40; at += 1) stdout.write(String.fromCharCode(65 + at).repeat(100_000));
  process.stderr.write('the snapshot is over');
  stdout.flush();
`;

test('a reader that takes nothing does not keep a snapshot open, and gets everything in the end', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  try {
    const [told] = (await once(child.stderr, 'data')) as [Buffer];
    expect(told.toString()).toBe('the snapshot is over');
    const written = await text(child.stdout);
    expect(written.length).toBe(4_000_000);
    for (let at = 0; at < 40; at += 1) {
      expect(written.slice(at * 100_000, (at + 1) * 100_000)).toBe(String.fromCharCode(65 + at).repeat(100_000));
    }
  } finally {
    child.kill();
    await ended;
  }
});

test('what waited in memory may be more than one string holds', { timeout: 120_000 }, async () => {
  const large = `
    const { Stdout } = await import(${module});
    const stdout = new Stdout();
    const uptime = process.uptime.bind(process);
    process.uptime = () => uptime() + 10;
    const part = 'x'.repeat(1_000_000);
    for (let at = 0; at < 600; at += 1) stdout.write(part);
    stdout.flush();
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', large], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  let byteCount = 0;
  child.stdout.on('data', (chunk: Buffer) => (byteCount += chunk.length));
  const [code] = (await ended) as [number];
  expect({ code, byteCount }).toEqual({ code: 0, byteCount: 600_000_000 });
});
