import { describe, expect, test } from 'vitest';
import type { ApiResource } from '../../src/core/api-resource.ts';
import type { Json } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube-object.ts';
import { showsCertificate } from '../../src/derive/shown-certificate.ts';
import { podType } from '../support/temporary-mirror.ts';

const configMaps: ApiResource = { ...podType, resource: 'configmaps', singular: 'configmap', kind: 'ConfigMap' };
const pem = 'before\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

const object = (data: Json | undefined): KubeObject =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data }) as unknown as KubeObject;

describe('a certificate that an object shows', () => {
  test.each<readonly [Json | undefined, boolean]>([
    [{ 'ca.crt': pem }, true],
    [{ other: 'text', 'ca.crt': pem }, true],
    [{ 'ca.crt': 'BEGIN CERTIFICATE' }, false],
    [{ 'ca.crt': [pem] }, false],
    [{}, false],
    [undefined, false],
    [null, false],
    [pem, false],
  ])('%j', (data, shows) => {
    expect(showsCertificate(configMaps, object(data))).toBe(shows);
  });

  test('is looked for in ConfigMaps alone', () => {
    const types = [
      { ...configMaps, group: 'example.com' },
      { ...configMaps, kind: 'Secret', resource: 'secrets' },
    ];
    for (const type of types) expect(showsCertificate(type, object({ 'ca.crt': pem }))).toBe(false);
  });
});
