/** One thing wrong with the input: where it is, which rule it breaks, and the bound. */
export interface FieldError {
  /** JSON pointer into the request body (RFC 6901), such as `/schema_definition/fields/0/regex`. */
  pointer?: string;
  /** Name of the path, query or header parameter, where the value did not come in the body. */
  parameter?: string;
  /** Stable name of the rule, such as `max_length`. */
  code: string;
  /** The rule in words, with its bound. */
  detail: string;
}

/** An answer that the domain gives instead of a result. `code` is stable and reads `domain.reason`. */
export abstract class DomainError extends Error {
  abstract readonly status: number;
  abstract readonly title: string;

  constructor(
    readonly code: string,
    detail: string,
    readonly errors: FieldError[] = [],
  ) {
    super(detail);
    this.name = new.target.name;
  }
}

/** The caller is not signed in, or their token is not valid any more. */
export class Unauthorized extends DomainError {
  readonly status = 401;
  readonly title = 'Not signed in';
}

/** The caller may see this, but not do that. */
export class Forbidden extends DomainError {
  readonly status = 403;
  readonly title = 'Not allowed';
}

/** It does not exist, or the caller may not know that it does. */
export class NotFound extends DomainError {
  readonly status = 404;
  readonly title = 'Not found';
}

/** The request is well formed but does not fit the state of things. */
export class Conflict extends DomainError {
  readonly status = 409;
  readonly title = 'Conflict';
}

/** The same where trying again later may help: the answer says when. */
export class TryLater extends Conflict {
  /** Seconds, for `Retry-After`. */
  readonly retryAfter: number;

  constructor(code: string, detail: string, retryAfter: number) {
    super(code, detail);
    this.retryAfter = retryAfter;
  }
}

/** `If-Match` names a version that is not the current one. */
export class PreconditionFailed extends DomainError {
  readonly status = 412;
  readonly title = 'Changed meanwhile';
}

/** The input breaks a rule; `errors` says where. */
export class Invalid extends DomainError {
  readonly status = 422;
  readonly title = 'Invalid input';
}

/** The organization's plan or the installation does not allow more. */
export class LimitExceeded extends DomainError {
  readonly status = 409;
  readonly title = 'Limit reached';
}
