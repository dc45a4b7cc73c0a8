import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { type FieldDefinition, type SchemaDefinition } from '../../libs/generator/index.js';
import { Conflict, type FieldError, Invalid, NotFound } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import {
  type CreateField,
  DEFINITION_NAMES,
  type FieldResponse,
  toFieldResponse,
  type UpdateField,
  withChanges,
} from './field.dto.js';
import { type SavedSchema, SchemasService } from './schemas.service.js';

/** Edits a definition field by field. */
@Injectable()
export class FieldsService {
  constructor(private readonly schemas: SchemasService) {}

  /** Throws 422 `schema.invalid_definition`. */
  async create(scope: ProjectScope, schemaId: string, given: CreateField, ifMatch?: string): Promise<FieldResponse> {
    const id = randomUUID();
    return this.save(scope, schemaId, ifMatch, id, (current) => ({
      ...current,
      fields: placed(current.fields, withChanges({ id }, given), given.display_order),
    }));
  }

  /** Throws 404 `field.not_found`, 422 `schema.invalid_definition`. */
  async update(
    scope: ProjectScope,
    schemaId: string,
    fieldId: string,
    given: UpdateField,
    ifMatch?: string,
  ): Promise<FieldResponse> {
    return this.save(scope, schemaId, ifMatch, fieldId, (current) => {
      const index = indexOf(current, fieldId);
      const field = current.fields[index] as FieldDefinition;
      const others = current.fields.filter((other) => other.id !== fieldId);
      const fields = placed(others, withChanges(field, given), given.display_order ?? index);
      return { ...current, fields, unique: renamedKeys(current.unique, field.name, given.field_name) };
    });
  }

  /** Throws 404 `field.not_found`, 409 `field.last`. */
  async remove(scope: ProjectScope, schemaId: string, fieldId: string, ifMatch?: string): Promise<void> {
    await this.schemas.editDefinition(scope, schemaId, ifMatch, (current) => {
      const { name } = current.fields[indexOf(current, fieldId)] as FieldDefinition;
      if (current.fields.length === 1) throw new Conflict('field.last', 'A schema needs at least one field.');
      const unique = current.unique?.filter((key) => !key.includes(name));
      return { ...current, fields: current.fields.filter((field) => field.id !== fieldId), unique };
    });
  }

  private async save(
    scope: ProjectScope,
    schemaId: string,
    ifMatch: string | undefined,
    fieldId: string,
    edit: (current: SchemaDefinition) => { fields: unknown[] },
  ): Promise<FieldResponse> {
    let place = 0;
    const remembering = (current: SchemaDefinition): unknown => {
      const edited = edit(current);
      place = edited.fields.findIndex((field) => (field as FieldDefinition).id === fieldId);
      return edited;
    };
    const saved = await this.naming(
      () => this.schemas.editDefinition(scope, schemaId, ifMatch, remembering),
      () => place,
    );
    return toFieldResponse(schemaId, saved.schema.schemaDefinition.fields[place] as FieldDefinition, place);
  }

  /** Points at the request's properties instead of the definition's. */
  private async naming(save: () => Promise<SavedSchema>, place: () => number): Promise<SavedSchema> {
    try {
      return await save();
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
      const errors = error.errors.map((each) => ({ ...each, pointer: requestPointer(each, place()) }));
      throw new Invalid(error.code, error.message, errors);
    }
  }
}

/** A pointer into the definition as one into the request, where it is about the field that is edited. */
function requestPointer({ pointer = '', code }: FieldError, place: number): string {
  // Two fields have one name, and it is always this one that is new: the definition points at the later one.
  if (code === 'name.taken') return '/field_name';
  const own = `/schema_definition/fields/${place}/`;
  const [ours = '', ...below] = pointer.startsWith(own) ? pointer.slice(own.length).split('/') : [];
  const theirs = Object.entries(DEFINITION_NAMES).find(([, name]) => name === ours);
  return theirs ? ['', theirs[0], ...below].join('/') : pointer;
}

function indexOf(definition: SchemaDefinition, fieldId: string): number {
  const index = definition.fields.findIndex((field) => field.id === fieldId);
  if (index < 0) throw new NotFound('field.not_found', `The schema has no field ${fieldId}.`);
  return index;
}

function placed(fields: FieldDefinition[], field: Record<string, unknown>, order = fields.length): unknown[] {
  return [...fields.slice(0, order), field, ...fields.slice(order)];
}

function renamedKeys(keys: string[][] | undefined, from: string, to: string | undefined): string[][] | undefined {
  return to === undefined ? keys : keys?.map((key) => key.map((name) => (name === from ? to : name)));
}
