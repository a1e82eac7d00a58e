import { randomBytes } from 'node:crypto';
import { crdBody, crdName } from '../test/support/sample-crd.ts';
import type { Create } from './ask-objects.ts';

/** A way in which clusters are large, besides the number of ordinary objects. */
export type ScaleKind = 'types' | 'namespaces' | 'objects of 1.5 MiB' | 'contexts';

/** So many of a kind. */
export interface ScaleShape {
  readonly kind: ScaleKind;
  readonly count: number;
}

const objectsPerType = 5;
const typesPerGroup = 20;

/** The largest that etcd takes, with some room for what the server adds (bytes). */
const largeBytes = 1.5 * 1024 ** 2 - 8_192;

/** Adds to a cluster what makes it large; a further context adds nothing to it. */
export function fillScale(create: Create, { kind, count }: ScaleShape): void {
  if (kind === 'contexts') return;
  if (kind === 'objects of 1.5 MiB') createTypes(create, 1);
  const make = { types: createTypes, namespaces: createNamespaces, 'objects of 1.5 MiB': createLargeObjects }[kind];
  make(create, count);
}

function customType(index: number): Parameters<typeof crdBody>[0] {
  const group = `group-${Math.floor(index / typesPerGroup)}.example.test`;
  return { group, singular: `thing${index}`, namespaced: true, extraFieldCount: 2 };
}

function createTypes(create: Create, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const type = customType(index);
    create('customresourcedefinitions.apiextensions.k8s.io', crdBody(type));
    for (let object = 0; object < objectsPerType; object += 1) {
      const metadata = { name: `sample-${index}-${object}`, namespace: 'default' };
      create(crdName(type), { metadata, spec: { size: object, color: 'red' } });
    }
  }
}

/** What each namespace has by itself. */
function createNamespaces(create: Create, count: number): void {
  const authority = `-----BEGIN CERTIFICATE-----\n${'MIIDBTCCAe2gAwIBAgIIcmFuZG9tIQAwDQYJ\n'.repeat(30)}`;
  for (let index = 0; index < count; index += 1) {
    const namespace = `place-${String(index).padStart(5, '0')}`;
    create('namespaces', { metadata: { name: namespace, labels: { 'kubernetes.io/metadata.name': namespace } } });
    create('serviceaccounts', { metadata: { name: 'default', namespace } });
    create('configmaps', { metadata: { name: 'kube-root-ca.crt', namespace }, data: { 'ca.crt': authority } });
  }
}

/** Of a custom type, as no built-in one has a limit so high. Half of the text is such as gzip makes nothing of. */
function createLargeObjects(create: Create, count: number): void {
  const entry = (index: number): string =>
    `${randomBytes(48).toString('base64')} line ${index} of a report that is long `;
  const entries = Array.from({ length: Math.ceil(largeBytes / entry(10_000).length) }, (_, index) => entry(index));
  for (let index = 0; index < count; index += 1) {
    const metadata = { name: `large-${index}`, namespace: 'default' };
    const rotated = [...entries.slice(index), ...entries.slice(0, index)];
    create(crdName(customType(0)), { metadata, spec: { report: rotated.join('\n').slice(0, largeBytes) } });
  }
}
