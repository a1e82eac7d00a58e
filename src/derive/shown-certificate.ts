import type { ApiResource } from '../core/api-resource.ts';
import { certificateBegin } from '../core/certificate-text.ts';
import { asObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';

/** Whether a ConfigMap shows a certificate: of a cluster's many these are the few that `navi certs` has to read. */
export function showsCertificate(type: ApiResource, object: KubeObject): boolean {
  if (type.group !== '' || type.kind !== 'ConfigMap') return false;
  return Object.values(asObject(object['data'])).some(
    (value) => typeof value === 'string' && value.includes(certificateBegin),
  );
}
