import type { ApiResource } from '../core/api-resource.ts';
import { goQuote } from '../core/go-quote.ts';

/** The two selectors of a request, trimmed; empty where not given. */
export interface SelectorTexts {
  readonly labels: string;
  readonly fields: string;
}

/**
 * The line of kubectl 1.36 for a list that the server refuses because of a selector, once per type. The server looks
 * at the label selector first, then at the field selector's syntax, then at its fields.
 */
export function selectorErrorMessage(
  type: Pick<ApiResource, 'group' | 'version' | 'resource'>,
  selectors: SelectorTexts,
  message: string,
): string {
  const resource = goQuote(`${type.group}/${type.version}, Resource=${type.resource}`);
  return (
    `Error from server (BadRequest): Unable to find ${resource} that match label selector ${goQuote(selectors.labels)}, ` +
    `field selector ${goQuote(selectors.fields)}: ${message}`
  );
}
