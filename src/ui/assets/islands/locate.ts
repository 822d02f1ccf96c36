/** Puts the position of the device into the fields that a button names; the pin is the problem's, asked for each time. */
export function locate(button: HTMLButtonElement): void {
  const { latitude, longitude, status, busy = '', done = '', failed = '' } = button.dataset
  const message = document.getElementById(status ?? '')
  const set = (id: string | undefined, degrees: number): void => {
    const field = document.getElementById(id ?? '')
    // Five decimals are one metre, which is as well as a phone knows.
    if (field instanceof HTMLInputElement) field.value = degrees.toFixed(5)
  }
  const say = (text: string): void => {
    if (message) message.textContent = text
  }
  if (!navigator.geolocation || !window.isSecureContext) return
  button.hidden = false
  button.addEventListener('click', () => {
    say(busy)
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        set(latitude, coords.latitude)
        set(longitude, coords.longitude)
        say(done)
      },
      () => say(failed),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
    )
  })
}
