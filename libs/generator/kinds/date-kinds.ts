import { lookUp } from './names.js';

/** Where a date lies, in days from the run's `now`, both ends included. */
export interface DateKind {
  readonly from: number;
  readonly to: number;
}

/** Dates whose names say nothing: within the last two years. */
const ANY_DATE: DateKind = { from: -730, to: 0 };

const ROWS: readonly [answersTo: string, from: number, to: number][] = [
  ['birth_date birthdate birthday date_of_birth dob born born_on', -29_220, -6_575],
  ['hire_date hired_at start_date founded_at', -3_652, 0],
  ['order_date ordered_at purchase_date invoice_date payment_date paid_at transaction_date shipped_at', -365, 0],
  ['created_at updated_at signup_date registered_at registration_date last_login last_login_at joined_at', -730, 0],
  ['expiry_date expires_at expiry expiration_date valid_until', 30, 1_825],
  [
    'due_date deadline delivery_date end_date appointment_date departure_date arrival_date check_in_date scheduled_at event_date',
    1,
    180,
  ],
];

const byName = new Map<string, DateKind>();
for (const [names, from, to] of ROWS) {
  for (const name of names.split(' ')) byName.set(name, { from, to });
}

/** The days that a date field's name suggests. */
export function dateKindFor(fieldName: string): DateKind {
  return lookUp(byName, fieldName) ?? ANY_DATE;
}
