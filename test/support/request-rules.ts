import type { Simulator } from '../../src/simulator/simulator.ts';

type SeenRequest = Simulator['requests'][number];

/** A request that is never to be sent, and why. */
type Rule = readonly [why: string, isBroken: (request: SeenRequest) => boolean];

const version = ({ query }: SeenRequest): string => query.get('resourceVersion') ?? '';
const isWatch = ({ query }: SeenRequest): boolean => query.has('watch');
const isStreamedList = ({ query }: SeenRequest): boolean => query.get('sendInitialEvents') === 'true';
const isOfSecrets = ({ path }: SeenRequest): boolean => /^\/api\/v1\/(namespaces\/[^/]+\/)?secrets(\/|$)/.test(path);

/** Whether the form is named by the Accept header: `Table`, `PartialObjectMetadata`, `PartialObjectMetadataList`. */
const asksFor = ({ accept = '' }: SeenRequest, form: string): boolean => accept.split(/[;,]/).includes(`as=${form}`);

const rules: readonly Rule[] = [
  ['any state may answer it, an old one as well', (request) => version(request) === '0'],
  [
    'it brings synthetic events in no order',
    (request) => isWatch(request) && !isStreamedList(request) && version(request) === '',
  ],
  [
    'the resume point of a quiet type would stay where it is',
    (request) => isWatch(request) && request.query.get('allowWatchBookmarks') !== 'true',
  ],
  ['the server may keep it open for an hour', (request) => isWatch(request) && !request.query.has('timeoutSeconds')],
  [
    'a list of that version, or of a newer one, or an error: nobody knows',
    (request) => !isWatch(request) && version(request) !== '' && request.query.get('resourceVersionMatch') !== 'Exact',
  ],
  ['it is refused', (request) => request.query.has('continue') && version(request) !== ''],
  [
    'it is closed without a word at the first event',
    (request) => isWatch(request) && asksFor(request, 'PartialObjectMetadataList'),
  ],
  [
    'values of Secrets answer it',
    (request) =>
      isOfSecrets(request) &&
      !asksFor(request, 'PartialObjectMetadata') &&
      !asksFor(request, 'PartialObjectMetadataList') &&
      !(asksFor(request, 'Table') && request.query.get('includeObject') === 'Metadata'),
  ],
];

/**
 * Those of the mirror's requests that break a rule of kube-apiserver 1.36, or of navi.
 * @param readsCertificates single Secrets may be read, since the settings want their certificates
 */
export function brokenRequests(requests: readonly SeenRequest[], readsCertificates = false): readonly string[] {
  return requests
    .filter(({ userAgent }) => userAgent?.startsWith('navi') === true)
    .filter((request) => !readsCertificates || !/^\/api\/v1\/namespaces\/[^/]+\/secrets\/[^/]+$/.test(request.path))
    .flatMap((request) =>
      rules.flatMap(([why, isBroken]) =>
        isBroken(request) ? [`${request.path}?${request.query.toString()} (${request.accept}): ${why}`] : [],
      ),
    );
}
