import { TRPCClientError } from '@trpc/client'

export interface Refusal {
  code: string
  status: number
  field: string | null
  sentence: string
}

/** What a call was refused with. Fails when it was not refused, or not by the server. */
export async function refusal(call: Promise<unknown>): Promise<Refusal> {
  const error = await call.then(
    (answer) => {
      throw new Error(`not refused: ${JSON.stringify(answer)}`)
    },
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof TRPCClientError) || error.data == null) throw error
  const { code, httpStatus, field } = error.data
  return { code, status: httpStatus, field, sentence: error.message }
}
