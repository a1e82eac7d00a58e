import { expect, test } from 'vitest';
import { argumentsBesideManifests } from '../../src/manifest/manifest-arguments.ts';

test('arguments beside files are refused by their form', () => {
  const beside = (['none', 'list', 'names', 'objects'] as const).map(argumentsBesideManifests);
  expect(beside.map((message) => message?.split(',')[0])).toEqual([
    undefined,
    'error: when paths',
    'error: when paths',
    'error: resource/name arguments cannot be provided when a path is specified',
  ]);
});
