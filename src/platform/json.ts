/** Anything JSON can hold. `undefined` properties are left out when written. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined }
