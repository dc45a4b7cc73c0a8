import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsUrl, MaxLength, ValidateIf } from 'class-validator';
import { Optional } from '../../libs/http/optional.js';
import { AsOf } from './as-of.dto.js';
import { asCurl, asForm, asJson, MEDIA_TYPES } from './record-text.js';
import type { RecordRow } from './record.dto.js';

/** As what to answer a record. */
export class RecordTextQuery {
  /**
   * `json` (where it is left out): an object. `form`: form fields (`application/x-www-form-urlencoded`). `curl`: a command for a shell that sends it.
   * @example "curl"
   */
  @Optional()
  @IsIn(['json', 'form', 'curl'])
  format?: 'json' | 'form' | 'curl';

  /**
   * Where the command sends the record, an http or https address of at most 2,000 characters; needed for `curl`.
   * @example "https://staging.example.com/api/users"
   */
  @ApiProperty({ required: false, format: 'uri' })
  @ValidateIf(({ format, url }: RecordTextQuery) => format === 'curl' || url !== undefined)
  @MaxLength(2000)
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  url?: string;

  /**
   * The method of the command; `POST` where it is left out.
   * @example "POST"
   */
  @Optional()
  @IsIn(['POST', 'PUT', 'PATCH'])
  method?: 'POST' | 'PUT' | 'PATCH';

  /**
   * What the command sends; `json` where it is left out.
   * @example "json"
   */
  @Optional()
  @IsIn(['json', 'form'])
  body?: 'json' | 'form';

  /**
   * How form fields within objects and lists are called: `brackets` (`address[city]`, `lines[0][sku]`; where it is left out) or
   * `dots` (`address.city`, `lines.0.sku`).
   * @example "brackets"
   */
  @Optional()
  @IsIn(['brackets', 'dots'])
  names?: 'brackets' | 'dots';

  /** Shows values as they would be at this moment: `now`, a date or an RFC 3339 date-time. */
  @AsOf()
  as_of?: string;
}

/** A record as a text. */
export class RecordTextResponse {
  /** As what. */
  format: 'json' | 'form' | 'curl';

  /**
   * The media type of the text.
   * @example "text/plain"
   */
  media_type: string;

  /**
   * The text; with `Accept: text/plain` it is the whole answer.
   * @example "username=john_doe&email=john%40test.com&age=28"
   */
  text: string;
}

export function toRecordText({ data_values }: RecordRow, query: RecordTextQuery): RecordTextResponse {
  const { format = 'json', url = '', method = 'POST', body = 'json', names = 'brackets' } = query;
  switch (format) {
    case 'json':
      return { format, media_type: MEDIA_TYPES.json, text: asJson(data_values) };
    case 'form':
      return { format, media_type: MEDIA_TYPES.form, text: asForm(data_values, names) };
    case 'curl':
      return { format, media_type: 'text/plain', text: asCurl(data_values, names, { url, method, body }) };
  }
}
