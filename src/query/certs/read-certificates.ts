import { parseJson } from '../../core/canonical-json.ts';
import { asObject, type JsonObject } from '../../core/json.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { certificateTerm } from '../../core/certificate-text.ts';
import { servedSecretTerm, servingKinds } from '../../core/served-secrets.ts';
import { isShown, namespaceSql } from '../hidden-rows.ts';
import { leftOut } from '../left-out.ts';
import { storedOf, typeOfKind, type MirrorType } from '../mirror-type.ts';
import { placeCondition, type Place } from '../place.ts';
import { isRefusedIn } from '../type-places.ts';
import { managedCertificate } from './managed-certificate.ts';
import { certificateRows, type CertificateRow } from './certificate-row.ts';
import { parseCertificates } from '../../core/parse-certificates.ts';
import { showingKinds, shownPems } from './shown-certificates.ts';

interface Found {
  readonly namespace: string;
  readonly name: string;
  readonly object: JsonObject;
}

/** Kinds of which `readCertificates` reads objects; how fresh its answer is depends on them. */
export function certificateTypes(types: readonly MirrorType[]): readonly MirrorType[] {
  const kinds = new Set([...showingKinds, '/Secret', 'cert-manager.io/Certificate', ...servingKinds]);
  return storedOf(types).filter(({ group, kind }) => kinds.has(`${group}/${kind}`));
}

/**
 * Refuses where no type that shows certificates may be listed in a place; what serves with them alone shows none.
 * @param types those of `certificateTypes`
 * @throws NAVI_REFUSED
 */
export function refuseUnread(types: readonly MirrorType[], place: Place): void {
  const users = new Set(servingKinds);
  const sources = types.filter(
    ({ group, kind, namespaced }) => !users.has(`${group}/${kind}`) && (place === undefined || namespaced),
  );
  if (sources.length === 0 || !sources.every((type) => isRefusedIn(type, place))) return;
  throw new NaviError(
    'NAVI_REFUSED',
    `nothing that shows certificates may be read: ${leftOut(sources, place).join('; ')}`,
    {
      hints: ['navi status says what may be listed'],
    },
  );
}

/**
 * The certificates that the objects of a place show, in no order; with all namespaces also those of objects in none.
 * @param types those of `certificateTypes`
 */
export function readCertificates(
  reader: MirrorReader,
  types: readonly MirrorType[],
  place: Place,
): readonly CertificateRow[] {
  const parse = parsedOnce();
  const shown = types.flatMap((type): readonly CertificateRow[] => {
    const kind = `${type.group}/${type.kind}`;
    if (!showingKinds.includes(kind)) return [];
    const found = objectsWith(reader, type, place, kind === '/ConfigMap' ? markedObject : anyObject);
    return distinct(found.flatMap((each) => shownRows(type, each, parse)));
  });
  const usersOf = usersOfSecrets(reader, types);
  return [
    ...shown,
    ...managedRows(reader, { types, place, usersOf }),
    ...secretRows(reader, { types, place, usersOf }),
  ];
}

/** Every namespace shows the cluster's own authority: a text is parsed once. */
function parsedOnce(): typeof parseCertificates {
  const known = new Map<string, ReturnType<typeof parseCertificates>>();
  return (pem) => {
    const parsed = known.get(pem) ?? parseCertificates(pem);
    known.set(pem, parsed);
    return parsed;
  };
}

function shownRows(
  type: MirrorType,
  { namespace, name, object }: Found,
  parse: typeof parseCertificates,
): readonly CertificateRow[] {
  return shownPems(`${type.group}/${type.kind}`, object).flatMap(({ part, pem }) =>
    certificateRows({ kind: type.kind, namespace, name, part, usedBy: [] }, parse(pem)),
  );
}

/** One row for a certificate that objects of the same name show in several namespaces. */
function distinct(rows: readonly CertificateRow[]): readonly CertificateRow[] {
  const groups = Map.groupBy(rows, ({ kind, name, part, fingerprint, namespace }) =>
    JSON.stringify([kind, name, part, fingerprint === '' ? namespace : fingerprint]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ ...first, objectCount: group.length }];
  });
}

interface WithUsers {
  readonly types: readonly MirrorType[];
  readonly place: Place;
  readonly usersOf: UsersOf;
}

/** What serves with the certificate of a Secret, `NAMESPACE/NAME`. */
type UsersOf = (secret: string) => readonly string[];

/** Those of TLS Secrets, which are there only where the settings of the daemon want them. */
function secretRows({ sqlite }: MirrorReader, { types, place, usersOf }: WithUsers): readonly CertificateRow[] {
  const type = typeOfKind(types, '', 'Secret');
  if (type === undefined) return [];
  const { sql, parameters } = placeCondition(place);
  const found = sqlite
    .prepare(
      `select ${namespaceSql()} as namespace, object.name, part, pem from public_certificate
       join object on object.uid = secret_uid where object.type_id = ? and ${sql} and ${isShown(sqlite)} order by object.key`,
    )
    .all(type.rowTypeId, ...parameters) as { namespace: string; name: string; part: string; pem: string }[];
  return found.flatMap(({ namespace, name, part, pem }) => {
    const usedBy = usersOf(`${namespace}/${name}`);
    const read = pem === '' ? [undefined] : parseCertificates(pem);
    return certificateRows({ kind: type.kind, namespace, name, part, usedBy }, read, 'there is no certificate in it');
  });
}

function managedRows(reader: MirrorReader, { types, place, usersOf }: WithUsers): readonly CertificateRow[] {
  const type = typeOfKind(types, 'cert-manager.io', 'Certificate');
  if (type === undefined) return [];
  return objectsWith(reader, type, place, anyObject).map(({ namespace, name, object }): CertificateRow => {
    const { secretName, ...facts } = managedCertificate(object);
    const usedBy = usersOf(`${namespace}/${secretName}`);
    return { ...facts, kind: type.kind, namespace, name, part: '', objectCount: 1, usedBy };
  });
}

/** Reads what serves with certificates once it is asked for: without Secrets that show any, nobody asks. */
function usersOfSecrets(reader: MirrorReader, types: readonly MirrorType[]): UsersOf {
  let users: ReturnType<typeof usersBySecret> | undefined;
  return (secret) => {
    users ??= usersBySecret(reader, types);
    return users.get(secret) ?? [];
  };
}

/** What serves with the certificate of a Secret, by `NAMESPACE/NAME` of the Secret; by kind, then in list order. */
function usersBySecret({ sqlite }: MirrorReader, types: readonly MirrorType[]): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  const ofType = sqlite.prepare(
    `select substr(term.text, ?) as secret, object.key from term join object_term on object_term.term_id = term.id
     join object on object.id = object_term.object_id
     where term.kind = 'field' and term.text >= ? and term.text < ? and object_term.type_id = ? and ${isShown(sqlite)}
     order by object.key`,
  );
  const first = servedSecretTerm.length + 1;
  // The terms of a prefix are a range: NAMESPACE begins with a letter or a digit.
  const range = [`${servedSecretTerm}0`, `${servedSecretTerm}{`] as const;
  for (const type of types.filter(({ group, kind }) => servingKinds.includes(`${group}/${kind}`))) {
    const rows = ofType.all(first, ...range, type.rowTypeId) as { secret: string; key: string }[];
    for (const { secret, key } of rows) {
      const user = `${type.kind}/${key}`;
      const known = users.get(secret);
      if (known === undefined) users.set(secret, [user]);
      else known.push(user);
    }
  }
  return users;
}

/** What holds for an object, as SQL with its parameters. */
type Condition = ReturnType<typeof placeCondition>;

const anyObject: Condition = { sql: 'true', parameters: [] };

const markedObject: Condition = {
  sql: `object.id in (select object_id from object_term where term_id in (select id from term where kind = 'field' and text = ?))`,
  parameters: [certificateTerm],
};

/** The objects of a type in a place that a condition holds for, in list order. A type without namespaces is in every place or none. */
function objectsWith(reader: MirrorReader, type: MirrorType, place: Place, condition: Condition): readonly Found[] {
  if (!type.namespaced && place !== undefined) return [];
  const inPlace = placeCondition(place);
  const rows = reader.sqlite
    .prepare(
      `select ${namespaceSql()} as namespace, object.name, body.json from object join body on body.object_id = object.id
       where object.type_id = ? and ${inPlace.sql} and ${condition.sql} and ${isShown(reader.sqlite)} order by object.key`,
    )
    .all(type.rowTypeId, ...inPlace.parameters, ...condition.parameters) as {
    namespace: string;
    name: string;
    json: string;
  }[];
  return rows.map(({ namespace, name, json }) => ({ namespace, name, object: asObject(parseJson(json)) }));
}
