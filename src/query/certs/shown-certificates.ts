import { certificateBegin } from '../../core/certificate-text.ts';
import { asArray, asObject, asString, type Json, type JsonObject } from '../../core/json.ts';

/** A text of PEM blocks that an object shows. */
export interface ShownPem {
  /** Where in the object: the name of a webhook, a key of a ConfigMap; empty where there is one place only. */
  readonly part: string;
  readonly pem: string;
}

/** Kinds whose objects show certificates as PEM, `group/Kind`. */
const places: Readonly<Record<string, (object: JsonObject) => readonly ShownPem[]>> = {
  '/ConfigMap': (object) =>
    Object.entries(asObject(object['data'])).flatMap(([part, value]) => shown(part, asString(value))),
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': webhooks,
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': webhooks,
  'apiextensions.k8s.io/CustomResourceDefinition': (object) => {
    const { webhook } = asObject(asObject(object['spec'])['conversion']);
    return encoded('conversion', asObject(asObject(webhook)['clientConfig'])['caBundle']);
  },
  'apiregistration.k8s.io/APIService': (object) => encoded('', asObject(object['spec'])['caBundle']),
  'certificates.k8s.io/CertificateSigningRequest': (object) => encoded('', asObject(object['status'])['certificate']),
};

/** The kinds that may show a certificate, `group/Kind`. */
export const showingKinds: readonly string[] = Object.keys(places);

/** The texts of PEM blocks that an object of one of `showingKinds` shows, in its order. */
export function shownPems(kind: string, object: JsonObject): readonly ShownPem[] {
  return places[kind]?.(object) ?? [];
}

function webhooks(object: JsonObject): readonly ShownPem[] {
  return asArray(object['webhooks'])
    .map(asObject)
    .flatMap(({ name, clientConfig }) => encoded(asString(name), asObject(clientConfig)['caBundle']));
}

/** PEM in base64, as the API has it in fields of bytes. */
function encoded(part: string, value: Json | undefined): readonly ShownPem[] {
  return shown(part, Buffer.from(asString(value), 'base64').toString('utf8'));
}

function shown(part: string, pem: string): readonly ShownPem[] {
  return pem.includes(certificateBegin) ? [{ part, pem }] : [];
}
