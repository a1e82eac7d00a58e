/** What is wrong with a label's key or value, in the words of apimachinery 0.36; an empty list means valid. */

const NAME_MAX_BYTES = 63;
const PREFIX_MAX_BYTES = 253;

const NAME_FORMAT = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const VALUE_FORMAT = `(${NAME_FORMAT})?`;
const PREFIX_LABEL_FORMAT = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const PREFIX_FORMAT = `${PREFIX_LABEL_FORMAT}(\\.${PREFIX_LABEL_FORMAT})*`;

const NAME = new RegExp(`^${NAME_FORMAT}$`);
const VALUE = new RegExp(`^${VALUE_FORMAT}$`);
const PREFIX = new RegExp(`^${PREFIX_FORMAT}$`);

const ALPHANUMERIC_ENDS = 'and must start and end with an alphanumeric character';
const NAME_RULE =
  `must consist of alphanumeric characters, '-', '_' or '.', ${ALPHANUMERIC_ENDS} ` +
  `(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${NAME_FORMAT}')`;
const VALUE_RULE =
  `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', ` +
  `${ALPHANUMERIC_ENDS} (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${VALUE_FORMAT}')`;
const PREFIX_RULE =
  `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', ` +
  `${ALPHANUMERIC_ENDS} (e.g. 'example.com', regex used for validation is '${PREFIX_FORMAT}')`;

/**
 * A message with faults in the words of a server of this minor version: before 1.35 they were others (apimachinery 0.34).
 * No word that a user typed has a space in it, so that only the server's own are replaced.
 */
export function inWordsOfServer(message: string, serverMinor: number): string {
  if (serverMinor >= 35) return message;
  return message
    .replaceAll(/ must be no more than (\d+) bytes/g, ' must be no more than $1 characters')
    .replaceAll(' a valid label key must', ' a qualified name must');
}

/** The faults of `key`, `[prefix/]name`, those of the prefix first. */
export function labelKeyFaults(key: string): readonly string[] {
  const parts = key.split('/');
  if (parts.length > 2) {
    return [`a valid label key ${NAME_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const name = parts.at(-1) ?? '';
  const prefix = parts.length === 2 ? parts[0] : undefined;
  const prefixFaults = prefix === undefined ? [] : faultsOfPrefix(prefix);
  return [
    ...prefixFaults.map((fault) => `prefix part ${fault}`),
    ...faultsOfName(name).map((fault) => `name part ${fault}`),
  ];
}

/** The faults of a label's value; the empty value is valid. */
export function labelValueFaults(value: string): readonly string[] {
  const faults = tooLong(value, NAME_MAX_BYTES);
  return VALUE.test(value) ? faults : [...faults, VALUE_RULE];
}

function faultsOfName(name: string): readonly string[] {
  const faults = name === '' ? ['must be non-empty'] : tooLong(name, NAME_MAX_BYTES);
  return NAME.test(name) ? faults : [...faults, NAME_RULE];
}

function faultsOfPrefix(prefix: string): readonly string[] {
  if (prefix === '') return ['must be non-empty'];
  const faults = tooLong(prefix, PREFIX_MAX_BYTES);
  return PREFIX.test(prefix) ? faults : [...faults, PREFIX_RULE];
}

function tooLong(text: string, maxBytes: number): readonly string[] {
  return Buffer.byteLength(text) > maxBytes ? [`must be no more than ${maxBytes} bytes`] : [];
}
