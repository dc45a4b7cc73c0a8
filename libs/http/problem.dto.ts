/** One thing wrong with the input. */
export class ProblemField {
  /**
   * JSON pointer into the request body (RFC 6901).
   * @example "/email"
   */
  pointer?: string;

  /**
   * Name of the path, query or header parameter, where the value did not come in the body.
   * @example "limit"
   */
  parameter?: string;

  /**
   * Stable name of the rule that is broken.
   * @example "is_email"
   */
  code: string;

  /**
   * The rule in words, with its bound.
   * @example "email must be an email"
   */
  detail: string;
}

/** An error, as RFC 9457 (Problem Details for HTTP APIs) has it. */
export class Problem {
  /**
   * URI of the kind of problem; it ends with `code`.
   * @example "urn:testlake:problem:request.invalid"
   */
  type: string;

  /**
   * The kind of problem in words.
   * @example "Invalid input"
   */
  title: string;

  /**
   * HTTP status of the answer.
   * @example 422
   */
  status: number;

  /**
   * Stable code, `domain.reason`, for programs to act on.
   * @example "request.invalid"
   */
  code: string;

  /**
   * What went wrong this time, for people.
   * @example "The request breaks 1 rule; see errors."
   */
  detail: string;

  /** What is wrong with the input, field by field; empty where the problem is not one of input. */
  errors: ProblemField[];

  /**
   * Id of the request, which the server's log has too.
   * @example "0193f0a2-7c1e-7a50-9b1d-2f7a3c5e8b10"
   */
  request_id: string;
}
