import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate with its key, PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** An authority of a test's own. */
export interface Authority {
  readonly certificate: string;
  /** Path of the certificate, for programs. */
  readonly file: string;
  /** For 127.0.0.1, localhost and other names; valid for a day. */
  server(...names: readonly string[]): Certificate;
  /** Of a user and groups, as kube-apiserver reads them. */
  client(user: string, ...groups: readonly string[]): Certificate;
  remove(): void;
}

const openssl = (...args: readonly string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Writes a certificate of a server on loopback that is its own authority, valid for a year, and its key, with openssl. */
export function makeOwnCertificate(file: string, keyFile: string): void {
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  openssl('req', '-x509', ...curve, '-keyout', keyFile, '-out', file, '-subj', '/CN=server', ...names, '-days', '365');
}

/** Makes an authority with openssl. */
export function makeAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'navi-test-'));
  const path = (name: string): string => join(folder, name);
  const ofItself = ['-keyout', path('ca.key'), '-out', path('ca.crt'), '-subj', '/CN=test authority'];
  openssl('req', '-x509', ...curve, ...ofItself, '-days', '1');
  let count = 0;
  const issue = (subject: string, extensions: string): Certificate => {
    count += 1;
    const name = (suffix: string): string => path(`${count}.${suffix}`);
    writeFileSync(name('ext'), extensions);
    openssl('req', ...curve, '-keyout', name('key'), '-out', name('csr'), '-subj', subject);
    const signed = ['-CA', path('ca.crt'), '-CAkey', path('ca.key'), '-set_serial', String(1_000 + count)];
    openssl('x509', '-req', '-in', name('csr'), ...signed, '-out', name('crt'), '-days', '1', '-extfile', name('ext'));
    return { certificate: readFileSync(name('crt'), 'utf8'), key: readFileSync(name('key'), 'utf8') };
  };
  return {
    certificate: readFileSync(path('ca.crt'), 'utf8'),
    file: path('ca.crt'),
    server: (...names) => {
      const all = ['IP:127.0.0.1', ...['localhost', ...names].map((name) => `DNS:${name}`)];
      return issue('/CN=server', `subjectAltName=${all.join(',')}\nextendedKeyUsage=serverAuth\n`);
    },
    client: (user, ...groups) =>
      issue(`${groups.map((group) => `/O=${group}`).join('')}/CN=${user}`, 'extendedKeyUsage=clientAuth\n'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
