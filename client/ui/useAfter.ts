import { useEffect, useState } from 'react'

/** True once a moment has passed (ms since 1970); null never passes. */
export function useAfter(moment: number | null): boolean {
  const [, passed] = useState(0)
  useEffect(() => {
    if (moment === null || moment <= Date.now()) return
    const timer = setTimeout(() => passed(moment), moment - Date.now() + 1)
    return () => clearTimeout(timer)
  }, [moment])
  return moment !== null && moment <= Date.now()
}
