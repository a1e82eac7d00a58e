import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeAuthority, type Authority } from '../../support/certificates.ts';
import { SimulatedMirror } from '../../support/simulated-mirror.ts';

let authority: Authority;
let mirror: SimulatedMirror;

beforeAll(() => {
  authority = makeAuthority();
});
afterAll(() => authority.remove());
afterEach(() => mirror.checkAndStop());

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const at = (name: string) => ({ namespace: 'default', name });

/** A TLS Secret whose certificate has its key behind it, as some tools write it. */
function makeSecret(name: string, type = 'kubernetes.io/tls'): { readonly key: string; readonly certificate: string } {
  const { certificate, key } = authority.server(`${name}.example.test`);
  const data = { 'tls.crt': base64(`${certificate}\n${key}`), 'tls.key': base64(key), other: base64('planted-value') };
  mirror.state.create('secrets', { metadata: at(name), type, data });
  return { key, certificate };
}

async function start(certificates: boolean, user = 'admin'): Promise<void> {
  mirror = await SimulatedMirror.start({ settings: { certificates }, user, types: ['secrets'] });
  await mirror.untilEqual();
}

const kept = () => mirror.rows('select part, pem from public_certificate order by part');

/** Every byte of the store. */
function storeBytes(): string {
  const folder = dirname(mirror.file);
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('');
}

describe('certificates of TLS Secrets', () => {
  test('are kept by their public part alone, where that is wanted', async () => {
    await start(true);
    const { certificate, key } = makeSecret('web');
    makeSecret('opaque', 'Opaque');
    await mirror.advance(40_000);
    expect(kept()).toEqual([{ part: 'tls.crt', pem: certificate.trim() }]);
    const bytes = storeBytes();
    for (const secret of [key, base64(key), 'planted-value', base64('planted-value'), 'PRIVATE KEY'])
      expect(bytes.includes(secret.trim().split('\n')[1] ?? secret)).toBe(false);
    expect(bytes).toContain(certificate.split('\n')[1]);
  });

  test('follow their Secret, and go with it', async () => {
    await start(true);
    makeSecret('web');
    await mirror.advance(40_000);
    const next = authority.server('next.example.test').certificate;
    mirror.state.patch('secrets', at('web'), { data: { 'tls.crt': base64(next) } });
    await mirror.advance(40_000);
    expect(kept()).toEqual([{ part: 'tls.crt', pem: next.trim() }]);
    mirror.state.patch('secrets', at('web'), { data: { 'tls.crt': base64('nothing like one') } });
    await mirror.advance(40_000);
    expect(kept()).toEqual([{ part: 'tls.crt', pem: '' }]);
    mirror.state.delete('secrets', at('web'));
    await mirror.advance(40_000);
    expect(kept()).toEqual([]);
  });

  test('are never asked for where nobody wants them', async () => {
    await start(false);
    makeSecret('web');
    await mirror.advance(120_000);
    expect(kept()).toEqual([]);
  });

  test('that were kept go once they are no longer wanted', async () => {
    await start(true);
    makeSecret('web');
    await mirror.advance(40_000);
    expect(kept()).toHaveLength(1);
    mirror.settings = { certificates: false };
    await mirror.restart();
    await mirror.untilLive();
    expect(kept()).toEqual([]);
    // What was read before was wanted then.
    mirror.settings = { certificates: true };
  });

  test('that may be listed and not read are left alone', async () => {
    mirror = await SimulatedMirror.start({
      settings: { certificates: true },
      user: 'viewer',
      types: ['secrets'],
      prepare: (made) => made.state.access.allow('viewer', { verbs: ['list', 'watch'] }),
    });
    makeSecret('web');
    await mirror.advance(60_000);
    expect(kept()).toEqual([]);
    expect(mirror.rows(`select name from object where name = 'web'`)).toHaveLength(1);
  });
});
