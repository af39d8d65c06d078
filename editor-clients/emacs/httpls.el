;;; httpls.el --- Request files with eglot or lsp-mode -*- lexical-binding: t; -*-

;; Package-Requires: ((emacs "28.1"))

;;; Commentary:

;; Gives `.http' and `.rest' files a mode and starts the language server
;; `httpls' for them: (require 'httpls), then M-x eglot or M-x lsp.

;;; Code:

(require 'cl-lib)

(defgroup httpls nil "Request files." :group 'tools)

(defcustom httpls-command '("httpls" "lsp")
  "The command of the language server."
  :type '(repeat string))

(defcustom httpls-trusted-projects nil
  "Folders whose requests may be sent, with everything below them."
  :type '(repeat directory))

(defvar httpls-font-lock-keywords
  '(("^\\s-*###.*$" . font-lock-doc-face)
    ("^\\s-*\\(?:#\\|//\\)\\s-*\\(@[A-Za-z][A-Za-z0-9_.-]*\\)" 1 font-lock-preprocessor-face prepend)
    ("^\\s-*\\(@[A-Za-z0-9_.-]+\\)\\s-*:?=" 1 font-lock-variable-name-face)
    ("^\\([A-Z][A-Z-]+\\)\\s-+\\(\\S-.*\\)$" (1 font-lock-keyword-face) (2 font-lock-string-face))
    ("^\\([A-Za-z0-9!#$%&'*+.^_`|~-]+\\):" 1 font-lock-type-face)
    ("{{[^}\n]*}}" . font-lock-constant-face))
  "Colours before the server answers.")

;;;###autoload
(define-derived-mode httpls-mode prog-mode "HTTP"
  "Mode for request files."
  (setq-local comment-start "# ")
  (setq-local comment-start-skip "\\(?:#\\|//\\)\\s-*")
  (setq-local font-lock-defaults '(httpls-font-lock-keywords t)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.\\(?:http\\|rest\\)\\'" . httpls-mode))

(defun httpls-trusted-p (folder)
  "Tell whether FOLDER lies in one of `httpls-trusted-projects'."
  (cl-some (lambda (trusted) (file-in-directory-p folder trusted)) httpls-trusted-projects))

(defun httpls-initialization-options (&rest _)
  "Return what the server is told at the start."
  (list :trusted (if (httpls-trusted-p default-directory) t :json-false)))

(with-eval-after-load 'eglot
  (defvar eglot-server-programs)
  (add-to-list 'eglot-server-programs
               (cons 'httpls-mode
                     (append httpls-command (list :initializationOptions #'httpls-initialization-options)))))

(declare-function lsp-register-client "lsp-mode")
(declare-function make-lsp-client "lsp-mode")
(declare-function lsp-stdio-connection "lsp-mode")

(with-eval-after-load 'lsp-mode
  (defvar lsp-language-id-configuration)
  (add-to-list 'lsp-language-id-configuration '(httpls-mode . "http"))
  (lsp-register-client
   (make-lsp-client :new-connection (lsp-stdio-connection (lambda () httpls-command))
                    :activation-fn (lambda (_file mode) (eq mode 'httpls-mode))
                    :initialization-options #'httpls-initialization-options
                    :server-id 'httpls)))

(provide 'httpls)
;;; httpls.el ends here
