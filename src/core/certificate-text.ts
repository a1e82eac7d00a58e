/** What a certificate in PEM begins with (RFC 7468 5). */
export const certificateBegin = '-----BEGIN CERTIFICATE-----';

/** Term of kind `field` of each ConfigMap that shows a certificate. No selector can name it: ConfigMaps have no such field. */
export const certificateTerm = 'data=certificate';
