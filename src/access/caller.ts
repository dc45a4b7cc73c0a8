/** Who is signed in. */
export interface Caller {
  userId: string;
  /** Id of the HTTP request, for the logs of what it starts. */
  requestId?: string;
}
