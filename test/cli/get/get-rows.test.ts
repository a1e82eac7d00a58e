import { describe, expect, test } from 'vitest';
import type { GetStep } from '../../../src/cli/get/get-plan.ts';
import { knownFailure } from '../../../src/cli/get/get-rows.ts';

const scope = { phase: 'denied', refusal: 'pods is forbidden: User "x" cannot list them' };
const everything = { type: { group: '', resource: 'pods', verbs: ['list'], scope }, live: undefined };

describe('what is known of a type that may not be listed as a whole', () => {
  test('is the refusal, for all of it', () => {
    expect(knownFailure(everything as unknown as GetStep)).toEqual({ reason: 'Forbidden', message: scope.refusal });
  });

  test('is nothing for one namespace, which may be allowed', () => {
    const step = { ...everything, namespace: 'default', live: 'pods may not be listed as a whole' };
    expect(knownFailure(step as unknown as GetStep)).toBeUndefined();
  });
});
