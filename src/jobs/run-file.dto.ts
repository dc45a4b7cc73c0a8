import { IsString, Length } from 'class-validator';

/** A file that a run has left behind. */
export class RunFileResponse {
  /**
   * Its name.
   * @example "rejected.csv"
   */
  name: string;

  /**
   * Media type.
   * @example "text/csv"
   */
  media_type: string;

  /**
   * Bytes.
   * @example 1048576
   */
  bytes: number;

  /**
   * Rows, headers not counted.
   * @example 7000
   */
  rows: number;
}

/** Which file of a run is wanted. */
export class WantedFile {
  /**
   * Its name, as the run tells it.
   * @example "rejected.csv"
   */
  @IsString()
  @Length(1, 200)
  name: string;
}

/** A link to a file. */
export class FileLinkResponse {
  /**
   * Address of the file, from the root of this server.
   * @example "/api/v1/files?link=eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl"
   */
  url: string;

  /** When it stops working. */
  expires_at: Date;
}

/** The link of a file. */
export class DownloadQuery {
  /**
   * What the link says.
   * @example "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl"
   */
  @IsString()
  @Length(1, 1000)
  link: string;
}
