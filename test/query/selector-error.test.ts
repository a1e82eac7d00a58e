import { describe, expect, test } from 'vitest';
import { selectorErrorText } from '../../src/query/selector-error.ts';

describe('selectorErrorText', () => {
  test('names a type of the core group without one', () => {
    const type = { group: '', version: 'v1', resource: 'pods' };
    expect(selectorErrorText(type, { labels: 'a="b"', fields: '' }, 'why')).toBe(
      'Unable to find "/v1, Resource=pods" that match label selector ' + String.raw`"a=\"b\"", field selector "": why`,
    );
  });

  test('names group and version of any other type', () => {
    const type = { group: 'apps', version: 'v1', resource: 'deployments' };
    expect(selectorErrorText(type, { labels: '', fields: String.raw`a=\x` }, 'why')).toBe(
      'Unable to find "apps/v1, Resource=deployments" that match label selector "", ' +
        String.raw`field selector "a=\\x": why`,
    );
  });
});
