import { randomFillSync } from 'node:crypto';

/** A UUID v7 (RFC 9562, 5.7): 48 bits of milliseconds, then 74 random bits. */
export function uuid7(now = Date.now()): string {
  const bytes = randomFillSync(Buffer.alloc(16));
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return formatUuid(bytes);
}

/** When a UUID v7 was made. */
export function uuid7Moment(id: string): Date {
  return new Date(parseUuid(id).readUIntBE(0, 6));
}

/** The usual text of the 16 bytes of a UUID. */
export function formatUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The 16 bytes of a UUID's text. */
export function parseUuid(text: string): Buffer {
  return Buffer.from(text.replaceAll('-', ''), 'hex');
}
