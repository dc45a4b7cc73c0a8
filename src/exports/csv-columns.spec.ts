import { expect, it } from '@jest/globals';
import type { FieldDefinition } from '../../libs/generator/index.js';
import { csvColumns } from './csv-columns.js';

const text = (name: string, required = false): FieldDefinition => ({ id: name, name, type: 'string', required });
const object = (name: string, fields: FieldDefinition[], required = false): FieldDefinition => ({
  ...{ id: name, name, type: 'object', fields, required },
});
const names = (...fields: FieldDefinition[]): string[] => csvColumns(fields).map(({ name }) => name);

it('gives each field of an object that cannot be empty a column', () => {
  expect(names(text('a'), object('o', [text('x', true), text('y')]))).toEqual(['a', 'o.x', 'o.y']);
  expect(names(object('o', [object('p', [text('x', true)], true), text('y')]))).toEqual(['o.p.x', 'o.y']);
});

it('keeps an object in one column where nothing would tell an empty one from none', () => {
  expect(names(object('o', [text('x'), text('y')]))).toEqual(['o']);
  expect(names(object('o', [object('p', [text('x')], true), text('y')]))).toEqual(['o']);
  expect(names(object('o', [object('p', [text('x')]), text('y', true)]))).toEqual(['o.p', 'o.y']);
});

it('keeps an object in one column where a dot could be a name or a step', () => {
  expect(names(object('o', [text('x.y', true)]))).toEqual(['o']);
  expect(names(object('o.p', [text('x', true)]))).toEqual(['o.p']);
  expect(names(object('o', [text('x', true)]), text('o.x'))).toEqual(['o', 'o.x']);
});
