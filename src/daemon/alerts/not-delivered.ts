/** A message did not arrive, as far as anybody knows. Its text says why, in plain words. */
export class NotDelivered extends Error {}
