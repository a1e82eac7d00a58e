import type { ApiResource } from '../core/api-resource.ts';
import { goQuote } from '../core/go-quote.ts';

/** The two selectors of a request, trimmed; empty where not given. */
export interface SelectorTexts {
  readonly labels: string;
  readonly fields: string;
}

/**
 * What kubectl 1.36 makes of a list that the server refuses because of a selector, once per type. The server looks
 * at the label selector first, then at the field selector's syntax, then at its fields.
 */
export function selectorErrorText(
  type: Pick<ApiResource, 'group' | 'version' | 'resource'>,
  selectors: SelectorTexts,
  message: string,
): string {
  const resource = goQuote(`${type.group}/${type.version}, Resource=${type.resource}`);
  return (
    `Unable to find ${resource} that match label selector ${goQuote(selectors.labels)}, ` +
    `field selector ${goQuote(selectors.fields)}: ${message}`
  );
}

/** The same for a list without selectors. */
export function listErrorText(type: Pick<ApiResource, 'group' | 'version' | 'resource'>, message: string): string {
  return `Unable to list ${goQuote(`${type.group}/${type.version}, Resource=${type.resource}`)}: ${message}`;
}
