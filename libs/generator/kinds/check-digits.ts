/** The digit that makes `digits` + digit valid under Luhn's formula (ISO/IEC 7812-1, annex B): payment cards. */
export function luhnDigit(digits: string): string {
  let sum = 0;
  let double = true;
  for (let i = digits.length - 1; i >= 0; i--) {
    let value = digits.charCodeAt(i) - 48;
    if (double) {
      value *= 2;
      if (value > 9) value -= 9;
    }
    sum += value;
    double = !double;
  }
  return String((10 - (sum % 10)) % 10);
}

/** The last digit of an EAN-13 or UPC-A article number (GS1 General Specifications, 7.9). */
export function eanDigit(digits: string): string {
  let sum = 0;
  for (let i = digits.length - 1, weight = 3; i >= 0; i--, weight = 4 - weight)
    sum += (digits.charCodeAt(i) - 48) * weight;
  return String((10 - (sum % 10)) % 10);
}

/** A German IBAN: country, two check digits (ISO 13616, modulo 97), then bank code and account, 18 digits. */
export function germanIban(account: string): string {
  // "DE00" moved to the end, letters as numbers: D = 13, E = 14.
  const rest = remainder97(`${account}131400`);
  return `DE${String(98 - rest).padStart(2, '0')}${account}`;
}

/** The number in `digits` modulo 97, however long. */
export function remainder97(digits: string): number {
  let rest = 0;
  for (let i = 0; i < digits.length; i++) rest = (rest * 10 + digits.charCodeAt(i) - 48) % 97;
  return rest;
}

/** Whether the digits keep Luhn's formula. */
export function keepsLuhn(digits: string): boolean {
  return luhnDigit(digits.slice(0, -1)) === digits.slice(-1);
}

/** Whether the check digits of an IBAN (without spaces, upper case) are right: ISO 13616. */
export function keepsIban(text: string): boolean {
  const moved = text.slice(4) + text.slice(0, 4);
  return remainder97(moved.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))) === 1;
}
