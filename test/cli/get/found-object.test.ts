import { describe, expect, test } from 'vitest';
import type { FoundObject } from '../../../src/cli/get/found-object.ts';
import { objectRow } from '../../../src/cli/get/object-row.ts';
import { choosePrinter } from '../../../src/cli/get/printers/choose-printer.ts';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', managedFields: [{ manager: 'kubelet' }] },
};

/** An object read whole, as for `--sort-by` and as another user. */
const found = { type: { retrieval: 'mirrored' }, row: objectRow(pod) } as unknown as FoundObject;

function printed(format: string, showManagedFields: boolean): readonly string[] {
  const chosen = () =>
    choosePrinter({ format, template: '', allowMissingKeys: true, showManagedFields, noHeaders: false });
  const texts: string[] = [];
  chosen().list([found], (text) => texts.push(String(text)));
  return [String(chosen().single(found).text), texts.join('')];
}

describe.each(['json', 'yaml', 'kyaml'])('-o %s of an object that was read with its managedFields', (format) => {
  test('leaves them out', () => {
    for (const text of printed(format, false)) {
      expect(text).toContain('web');
      expect(text).not.toContain('managedFields');
    }
  });

  test('has them with --show-managed-fields', () => {
    for (const text of printed(format, true)) expect(text).toContain('kubelet');
  });
});

test('a template sees them', () => {
  for (const text of printed('jsonpath={..manager}', false)) expect(text).toBe('kubelet');
});
