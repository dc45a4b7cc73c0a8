import { eanDigit } from './check-digits.js';
import { type Kind, fixed } from './kind.js';
import { count, literal, matching, sequence, withEnd, words } from './piece.js';
import { colors, companyForms, departments, lastNames, materials, productAdjectives, products } from './words.js';

const product = fixed(() => sequence(words(productAdjectives, ' '), words(materials, ' '), words(products)));
const company = fixed(() => sequence(words(lastNames, ' '), words(companyForms)));
const partners = fixed(() => sequence(words(lastNames, ' & '), words(lastNames, ' '), words(companyForms)));
const numbered = (prefix: string): (() => ReturnType<typeof matching>) => fixed(() => matching(`${prefix}-[0-9]{8}`));
const status = ['active', 'inactive', 'pending', 'suspended', 'archived'];

export const commerce: readonly Kind[] = [
  // A field called just `name` may be anything's; a thing's name is the likelier choice, since people have first and last ones.
  {
    name: 'product',
    answersTo: ['name', 'product', 'product_name', 'item', 'item_name', 'article'],
    pieces: [product],
  },
  {
    name: 'company',
    answersTo: [
      'company',
      'company_name',
      'organization',
      'organisation',
      'employer',
      'vendor',
      'supplier',
      'merchant',
      'brand',
      'manufacturer',
    ],
    pieces: [company, partners],
  },
  {
    name: 'category',
    answersTo: ['category', 'department', 'product_category'],
    pieces: [fixed(() => words(departments))],
    closed: true,
  },
  { name: 'material', answersTo: ['material'], pieces: [fixed(() => words(materials))], closed: true },
  {
    name: 'color',
    answersTo: ['color', 'colour'],
    pieces: [fixed(() => words(colors)), fixed(() => matching('#[0-9a-f]{6}'))],
    closed: true,
  },
  { name: 'size', answersTo: ['size'], pieces: [fixed(() => words(['XS', 'S', 'M', 'L', 'XL', 'XXL']))], closed: true },
  {
    name: 'sku',
    answersTo: ['sku', 'product_code', 'article_number', 'part_number', 'item_code'],
    pieces: [fixed(() => matching('[A-Z]{2}[0-9]{6}'))],
  },
  {
    name: 'barcode',
    answersTo: ['barcode', 'ean', 'ean13', 'gtin'],
    pieces: [fixed(() => withEnd(matching('[0-9]{12}'), eanDigit, '[0-9]'))],
  },
  { name: 'order number', answersTo: ['order_id', 'order_number', 'order_no'], pieces: [numbered('ORD')] },
  {
    name: 'invoice number',
    answersTo: ['invoice_id', 'invoice_number', 'invoice_no', 'invoice'],
    pieces: [numbered('INV')],
  },
  { name: 'customer number', answersTo: ['customer_id', 'customer_number', 'customer_no'], pieces: [numbered('CUS')] },
  {
    name: 'tracking number',
    answersTo: ['tracking_number', 'tracking_no', 'tracking_code'],
    pieces: [fixed(() => matching('1Z[0-9A-Z]{16}'))],
  },
  {
    name: 'coupon',
    answersTo: ['coupon', 'coupon_code', 'voucher', 'promo_code', 'discount_code'],
    pieces: [fixed(() => matching('[A-Z]{4}[0-9]{4}'))],
  },
  { name: 'status', answersTo: ['status'], pieces: [fixed(() => words(status))], closed: true },
  {
    name: 'version',
    answersTo: ['version'],
    pieces: [fixed(() => sequence(count(99, 9), literal('.'), count(99, 20), literal('.'), count(999, 40)))],
  },
];
