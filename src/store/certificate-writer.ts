import type { Database, Statement } from 'better-sqlite3';

/** A TLS Secret whose certificates are not known as it is now. */
export interface UnreadSecret {
  /** `namespace/name`. */
  readonly key: string;
  readonly uid: string;
  readonly resource_version: string;
}

/** Certificates under a key of a Secret. */
export interface SecretPart {
  readonly part: string;
  /** PEM certificates and nothing else. */
  readonly pem: string;
}

const secretType = `(select id from resource_type where api_group = '' and resource = 'secrets')`;

/** Writes the public certificates of TLS Secrets. Inside a transaction, but for `unread`. */
export class CertificateWriter {
  readonly #unread: Statement;
  readonly #forget: Statement;
  readonly #forgetAll: Statement;
  readonly #delete: Statement;
  readonly #insert: Statement;

  constructor(database: Database) {
    this.#unread = database.prepare(
      `select object.key, object.uid, object.resource_version from object
       where object.id in (select object_id from object_term join term on term.id = term_id
           where kind = 'field' and text = 'type=kubernetes.io/tls' and type_id = ${secretType})
         and not exists (select 1 from public_certificate
           where secret_uid = object.uid and public_certificate.resource_version = object.resource_version)
       order by object.key limit ?`,
    );
    this.#forget = database.prepare(
      `delete from public_certificate where not exists (select 1 from object where uid = secret_uid and type_id = ${secretType})`,
    );
    this.#forgetAll = database.prepare('delete from public_certificate');
    this.#delete = database.prepare('delete from public_certificate where secret_uid = ?');
    this.#insert = database.prepare(
      'insert into public_certificate (secret_uid, resource_version, part, pem) values (?, ?, ?, ?)',
    );
  }

  /** Stored TLS Secrets that changed since their certificates were read, or were never read. */
  unread(limit: number): readonly UnreadSecret[] {
    return this.#unread.all(limit) as UnreadSecret[];
  }

  /** The certificates of a Secret in place of those that were known. */
  put(uid: string, resourceVersion: string, parts: readonly SecretPart[]): void {
    this.#delete.run(uid);
    for (const { part, pem } of parts) this.#insert.run(uid, resourceVersion, part, pem);
  }

  /** Forgets those of Secrets that are stored no more. */
  forgetGone(): void {
    this.#forget.run();
  }

  /** Forgets all. */
  forgetAll(): void {
    this.#forgetAll.run();
  }
}
