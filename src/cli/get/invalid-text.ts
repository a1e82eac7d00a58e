import { asArray, asObject, asString, type JsonObject } from '../../core/json.ts';

/** How kubectl 1.36 tells a Status of reason Invalid. */
export function invalidText(status: JsonObject): string {
  const details = asObject(status['details']);
  const causes = asArray(details['causes']).map(asObject);
  const kind = asString(details['kind']);
  const name = asString(details['name']);
  const isBare = kind === '' && name === '' && causes.length === 0;
  if (isBare) return ['The request is invalid', asString(status['message'])].filter((text) => text !== '').join(': ');
  const subject = kind === '' && name === '' ? 'The request is invalid' : `The ${kind} "${name}" is invalid`;
  const faults = new Set(causes.map((cause) => `${asString(cause['field'])}: ${asString(cause['message'])}`));
  if (faults.size > 1) return `${subject}: \n${[...faults].map((fault) => `* ${fault}\n`).join('')}`;
  return faults.size === 1 ? `${subject}: ${[...faults].join('')}` : subject;
}
