import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { definitionJsonSchema } from '../../libs/generator/index.js';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Public } from '../access/access.decorators.js';
import { DefinitionFormat } from './definition-format.dto.js';

const FORMAT = definitionJsonSchema() as unknown as DefinitionFormat;

@Public()
@ApiTags('schemas')
@Controller('schema-definition.schema.json')
export class DefinitionFormatController {
  @Get()
  @Endpoint({ id: 'getDefinitionFormat', summary: 'Get the JSON Schema of definitions, for editors to complete them' })
  get(): DefinitionFormat {
    return FORMAT;
  }
}
