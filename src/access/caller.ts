/** Who is signed in. */
export interface Caller {
  userId: string;
}
