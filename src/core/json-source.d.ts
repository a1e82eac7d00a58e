/** JSON.parse source text access: in V8 since 11.4, not yet in TypeScript's library. */
interface JSON {
  isRawJSON(value: unknown): boolean;
  rawJSON(text: string): { readonly rawJSON: string };
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
}
