document.documentElement.classList.add('app-js')

export {}
