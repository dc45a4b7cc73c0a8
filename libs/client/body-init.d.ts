/** The generated client names this type of the browser's library, which Node's types lack. */
type BodyInit = NonNullable<RequestInit['body']>;
