import { notAcceptable } from './api-status.ts';

/** The form in which an answer is wanted, after content negotiation. */
export interface AcceptedForm {
  readonly as: 'object' | 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList' | 'discovery';
  /** `apiVersion` of the form, such as `meta.k8s.io/v1`; empty for `object`. */
  readonly apiVersion: string;
}

/** Objects as they are. */
const plainForm: AcceptedForm = { as: 'object', apiVersion: '' };

interface Clause {
  readonly mediaType: string;
  readonly parameters: ReadonlyMap<string, string>;
}

function parseAccept(header: string): readonly Clause[] {
  return header.split(',').map((text) => {
    const [mediaType = '', ...rest] = text.split(';').map((part) => part.trim());
    const parameters = rest.map((part): [string, string] => {
      const [name = '', value = ''] = part.split('=');
      return [name.trim(), value.trim()];
    });
    return { mediaType, parameters: new Map(parameters) };
  });
}

function isJson(clause: Clause): boolean {
  return ['application/json', 'application/*', '*/*'].includes(clause.mediaType);
}

const metaForms = ['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'] as const;

function metaForm(clause: Clause): AcceptedForm | undefined {
  const wanted = clause.parameters.get('as');
  if (wanted === undefined) return plainForm;
  const version = clause.parameters.get('v') ?? '';
  const as = metaForms.find((form) => form === wanted);
  if (as === undefined || clause.parameters.get('g') !== 'meta.k8s.io') return undefined;
  return version === 'v1' || version === 'v1beta1' ? { as, apiVersion: `meta.k8s.io/${version}` } : undefined;
}

const served = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
const streams = 'application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch';

/**
 * The first form of an Accept header for objects and lists that the simulator serves: JSON, plain or as one of the
 * `meta.k8s.io` forms. YAML and protobuf, which a real server knows, count as unknown. @throws ApiRefusal 406
 */
export function acceptedForm(header: string | undefined): AcceptedForm {
  if (header === undefined || header === '') return plainForm;
  const clauses = parseAccept(header);
  for (const clause of clauses) {
    const form = isJson(clause) ? metaForm(clause) : undefined;
    if (form !== undefined) return form;
  }
  if (clauses.some(isJson)) throw notAcceptable(`only the following media types are accepted: ${served}`);
  throw notAcceptable(`406: Not Acceptable\n\nAvailable representations: ${served}, ${streams}`, {});
}

/** The form of `/api` and `/apis`: aggregated discovery v2 where it is asked for before plain JSON. @throws ApiRefusal 406 */
export function acceptedDiscoveryForm(header: string | undefined): AcceptedForm {
  if (header === undefined || header === '') return plainForm;
  for (const clause of parseAccept(header).filter(isJson)) {
    const { parameters } = clause;
    if (!parameters.has('as')) return plainForm;
    const matches = parameters.get('as') === 'APIGroupDiscoveryList' && parameters.get('g') === 'apidiscovery.k8s.io';
    if (matches && parameters.get('v') === 'v2') return { as: 'discovery', apiVersion: 'apidiscovery.k8s.io/v2' };
  }
  throw notAcceptable(`only the following media types are accepted: ${served}`);
}
