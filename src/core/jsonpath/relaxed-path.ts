const relaxed = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/;

/**
 * The template for a path as `--sort-by` and custom columns take it, with or without braces and leading dot:
 * `metadata.name`, `.metadata.name`, `{metadata.name}` and `{.metadata.name}` are all `{.metadata.name}`, and an empty
 * path stays empty (kubectl 1.36). Anything with other braces fails with kubectl's message.
 */
export function relaxedJsonPath(
  path: string,
): { readonly ok: true; readonly template: string } | { readonly ok: false; readonly message: string } {
  if (path === '') {
    return { ok: true, template: '' };
  }
  const match = relaxed.exec(path);
  if (match === null) {
    const forms = "expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'";
    return { ok: false, message: `unexpected path string, ${forms}` };
  }
  return { ok: true, template: `{.${match[1] ?? match[2] ?? ''}}` };
}
